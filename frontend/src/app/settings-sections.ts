// The sections of the settings, in the order they are drawn.
import type { Permission } from '@/api/session'
import { m } from '@/paraglide/messages.js'

interface SettingsSection {
  to: '/settings/general' | '/settings/plex' | '/settings/access' | '/settings/advanced'
  label: () => string
  permission: Permission
}

export const SETTINGS_SECTIONS: SettingsSection[] = [
  { to: '/settings/general', label: m.settings_general, permission: 'settings.general' },
  { to: '/settings/plex', label: m.settings_plex, permission: 'settings.plex' },
  { to: '/settings/access', label: m.settings_access, permission: 'settings.access' },
  { to: '/settings/advanced', label: m.settings_advanced, permission: 'settings.advanced' },
]

/** The sections that somebody with these rights can open. */
export function visibleSections(can: (permission: Permission) => boolean): SettingsSection[] {
  return SETTINGS_SECTIONS.filter(({ permission }) => can(permission))
}

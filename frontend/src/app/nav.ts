// The places of the admin's app, in the order they are drawn.
import {
  History,
  LayoutDashboard,
  Library,
  ListChecks,
  type LucideIcon,
  Radio,
  Settings,
  Ticket,
  Users,
} from 'lucide-react'
import type { Permission } from '@/api/session'
import { m } from '@/paraglide/messages.js'
import { SETTINGS_SECTIONS } from './settings-sections'

export interface Place {
  to: '/' | '/streams' | '/users' | '/invites' | '/libraries' | '/history' | '/jobs' | '/settings'
  label: () => string
  icon: LucideIcon
  /** Any one of these opens it; none needed when empty. */
  permissions: Permission[]
}

export const PLACES: Place[] = [
  { to: '/', label: m.nav_dashboard, icon: LayoutDashboard, permissions: [] },
  { to: '/streams', label: m.streams_title, icon: Radio, permissions: ['streams.view'] },
  { to: '/users', label: m.nav_users, icon: Users, permissions: ['users.view'] },
  { to: '/invites', label: m.nav_invites, icon: Ticket, permissions: ['invites.view'] },
  { to: '/libraries', label: m.nav_libraries, icon: Library, permissions: ['libraries.view'] },
  { to: '/history', label: m.nav_history, icon: History, permissions: ['history.view'] },
  { to: '/jobs', label: m.nav_jobs, icon: ListChecks, permissions: ['jobs.view'] },
  {
    to: '/settings',
    label: m.nav_settings,
    icon: Settings,
    permissions: SETTINGS_SECTIONS.map(({ permission }) => permission),
  },
]

/** The places that somebody with these rights can open. */
export function visiblePlaces(can: (permission: Permission) => boolean): Place[] {
  return PLACES.filter(({ permissions }) => permissions.length === 0 || permissions.some(can))
}

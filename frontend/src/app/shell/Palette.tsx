import { useNavigate } from '@tanstack/react-router'
import {
  CircleUser,
  Clapperboard,
  Languages,
  LogOut,
  Plus,
  RefreshCw,
  Settings,
  UserRoundX,
} from 'lucide-react'
import { useState } from 'react'
import { useCan } from '@/api/session'
import CommandPalette, { type CommandGroup } from '@/components/ui/CommandPalette'
import { m } from '@/paraglide/messages.js'
import { visiblePlaces } from '../nav'
import { visibleSections } from '../settings-sections'
import { LANGUAGES, THEMES, useLanguage, useThemeChoice } from './appearance'
import { useFound } from './use-found'
import { useSignOut } from './use-sign-out'

/** The pages and actions that the palette offers, and the people and invites that it finds. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const can = useCan()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const [, setTheme] = useThemeChoice()
  const [language, setLanguage] = useLanguage()
  const [typed, setTyped] = useState('')
  const { found, searching } = useFound(typed)
  const groups: CommandGroup[] = [
    {
      value: m.palette_pages(),
      items: [
        ...visiblePlaces(can).map(({ to, label, icon }) => ({
          id: to,
          label: label(),
          icon,
          run: () => void navigate({ to }),
        })),
        ...visibleSections(can).map(({ to, label }) => ({
          id: to,
          label: m.palette_settings({ section: label() }),
          icon: Settings,
          run: () => void navigate({ to }),
        })),
        {
          id: 'account',
          label: m.nav_account(),
          icon: CircleUser,
          run: () => void navigate({ to: '/account' }),
        },
      ],
    },
    {
      value: m.palette_actions(),
      items: [
        ...(can('invites.create')
          ? [
              {
                id: 'new-invite',
                label: m.palette_new_invite(),
                icon: Plus,
                run: () => void navigate({ to: '/invites/new' }),
              },
            ]
          : []),
        ...(can('users.view')
          ? [
              {
                id: 'syncs',
                label: m.syncs_title(),
                icon: RefreshCw,
                run: () => void navigate({ to: '/users/syncs' }),
              },
            ]
          : []),
        ...(can('stream_history.view')
          ? [
              {
                id: 'stream-history',
                label: m.stream_history_title(),
                icon: Clapperboard,
                run: () => void navigate({ to: '/streams/history' }),
              },
            ]
          : []),
        ...(can('users.purge')
          ? [
              {
                id: 'purge',
                label: m.purge_title(),
                icon: UserRoundX,
                run: () => void navigate({ to: '/users/purge' }),
              },
            ]
          : []),
        ...THEMES.map(({ value, label, icon }) => ({
          id: `theme-${value}`,
          label: m.palette_theme({ theme: label() }),
          icon,
          run: () => setTheme(value),
        })),
        ...LANGUAGES.filter(({ value }) => value !== language).map(({ value, label }) => ({
          id: `language-${value}`,
          label: m.palette_language({ language: label }),
          icon: Languages,
          run: () => setLanguage(value),
        })),
        { id: 'sign-out', label: m.nav_sign_out(), icon: LogOut, run: signOut },
      ],
    },
  ]
  return (
    <CommandPalette
      open
      onClose={onClose}
      groups={[...groups, ...found]}
      onType={setTyped}
      searching={searching}
    />
  )
}

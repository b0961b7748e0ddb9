// People and invites by a few letters of their names, for the palette.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ticket, UserRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { inviteNamesQuery } from '@/api/invite'
import { useCan } from '@/api/session'
import { userNamesQuery } from '@/api/user'
import type { Command, CommandGroup } from '@/components/ui/CommandPalette'
import { m } from '@/paraglide/messages.js'

const TYPING_PAUSE_MS = 200
// One letter fits nearly everybody.
const LETTERS = 2
// More than these push the rest out of sight: more letters find fewer.
const SHOWN = 6

/** What fits the letters that were typed, as far as this admin may see it. */
export function useFound(typed: string): { found: CommandGroup[]; searching: boolean } {
  const can = useCan()
  const navigate = useNavigate()
  const text = typed.trim()
  const asked = useAfterPause(text)
  const enabled = text.length >= LETTERS && asked.length >= LETTERS
  const people = useQuery({ ...userNamesQuery(asked), enabled: enabled && can('users.view') })
  const invites = useQuery({ ...inviteNamesQuery(asked), enabled: enabled && can('invites.view') })
  const may = can('users.view') || can('invites.view')
  const late = asked !== text || people.isFetching || invites.isFetching
  const searching = may && text.length >= LETTERS && late
  if (!enabled) return { found: [], searching }

  const groups: { value: string; items: Command[] }[] = [
    {
      value: m.palette_people(),
      items: (people.data?.items ?? []).slice(0, SHOWN).map(({ id, username }) => ({
        id: `user-${id}`,
        label: username,
        icon: UserRound,
        found: true,
        run: () => void navigate({ to: '/users/$userId', params: { userId: id } }),
      })),
    },
    {
      value: m.palette_invites(),
      items: (invites.data?.items ?? []).slice(0, SHOWN).map(({ id, label, code }) => ({
        id: `invite-${id}`,
        label: label ?? code,
        icon: Ticket,
        found: true,
        run: () => void navigate({ to: '/invites/$inviteId', params: { inviteId: id } }),
      })),
    },
  ]
  return { found: groups.filter(({ items }) => items.length > 0), searching }
}

/** The text as it was when the typing last paused. */
function useAfterPause(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}

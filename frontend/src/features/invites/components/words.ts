// How invites and redemptions are put into words.
import type { Schema } from '@/api/client'
import type { Tone } from '@/components/ui/Chip'
import { list, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { Invite } from '../queries'

type State = Schema<'RedemptionState'>

// Enough of a code to tell two invites apart.
const SHORT = 8

/** What admins call an invite. */
export function inviteName(invite: Pick<Invite, 'label' | 'code'>): string {
  const { label, code } = invite
  if (label) return label
  return m.invite_unnamed({ code: code.length > SHORT ? `${code.slice(0, SHORT)}…` : code })
}

export const STATUS: Record<Invite['status'], { label: () => string; tone: Tone }> = {
  active: { label: m.invite_status_active, tone: 'ok' },
  paused: { label: m.invite_status_paused, tone: 'mute' },
  expired: { label: m.invite_status_expired, tone: 'warn' },
  used_up: { label: m.invite_status_used_up, tone: 'mute' },
}

/** "2 of 5" or "2, no limit". */
export function usesWords({ uses, max_uses }: Pick<Invite, 'uses' | 'max_uses'>): string {
  return max_uses == null
    ? m.invite_uses_unlimited({ uses: number(uses) })
    : m.invite_uses({ uses: number(uses), max: number(max_uses) })
}

/** What a person is granted beside the access. */
export function grantsWords(
  invite: Pick<Invite, 'grant_purge_whitelist' | 'grant_bot_whitelist'>,
): string {
  const grants = [
    invite.grant_purge_whitelist && m.invite_grant_purge(),
    invite.grant_bot_whitelist && m.invite_grant_bot(),
  ].filter((words) => words !== false)
  return grants.length > 0 ? list(grants) : m.invite_grants_none()
}

export const REDEMPTION: Record<State, { label: () => string; tone: Tone }> = {
  open: { label: m.redemption_open, tone: 'mute' },
  plex_linked: { label: m.redemption_plex_linked, tone: 'mute' },
  ready: { label: m.redemption_ready, tone: 'mute' },
  seat_taken: { label: m.redemption_seat_taken, tone: 'info' },
  invited: { label: m.redemption_invited, tone: 'info' },
  done: { label: m.redemption_done, tone: 'ok' },
  already_member: { label: m.redemption_already_member, tone: 'mute' },
  failed: { label: m.redemption_state_failed, tone: 'bad' },
}

/** @jsxImportSource preact */
// Texts with names in them: names keep their own direction of writing.
import { m } from '@/paraglide/messages.js'
import type { DeadEnd, RefusalCode, Trouble, TroubleKind } from './screen'
import type { StepName, StepState } from './types'

const SLOT = '\uE000'

/** A sentence with a name in it: `say` gets the place for the name. */
export function Named({ name, say }: { name: string; say: (slot: string) => string }) {
  const parts = say(SLOT).split(SLOT)
  return (
    <>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never move.
        <span key={index}>
          {index > 0 && <bdi>{name}</bdi>}
          {part}
        </span>
      ))}
    </>
  )
}

/** A name inside plain text, where no element can isolate it: a document's title. */
export const isolated = (name: string) => `\u2068${name}\u2069`

export function kindLabel(kind: string): string {
  switch (kind) {
    case 'movie':
      return m.guest_kind_movie()
    case 'show':
      return m.guest_kind_show()
    case 'artist':
      return m.guest_kind_artist()
    case 'photo':
      return m.guest_kind_photo()
    default:
      return m.guest_kind_other()
  }
}

// A step without words (Discord, for now) is not drawn.
export const STEP_LABEL: Partial<Record<StepName, () => string>> = {
  plex_sign_in: m.guest_step_plex_sign_in,
  accept: m.guest_step_accept,
  seat: m.guest_step_seat,
  invitation_sent: m.guest_step_invitation_sent,
  invitation_accepted: m.guest_step_invitation_accepted,
  libraries_visible: m.guest_step_libraries_visible,
}

export const STEP_STATE: Record<StepState, () => string> = {
  pending: m.guest_step_state_pending,
  current: m.guest_step_state_current,
  waiting: m.guest_step_state_waiting,
  done: m.guest_step_state_done,
  failed: m.guest_step_state_failed,
}

/** What a step waits for; a reason that a newer server invents is shown as "Plex isn't answering". */
export function waitText(reason: string): string {
  switch (reason) {
    case 'plex_behind':
      return m.guest_wait_plex_behind()
    case 'plex_auth':
      return m.guest_wait_plex_auth()
    case 'plex_identity':
      return m.guest_wait_plex_identity()
    default:
      return m.guest_wait_plex_unavailable()
  }
}

const FAILED: Record<string, () => string> = {
  plex_share_limit: m.guest_refused_plex_share_limit,
  libraries_gone: m.guest_failed_libraries_gone,
  plex_refused: m.guest_failed_plex_refused,
  gave_up: m.guest_failed_gave_up,
  account_unknown: m.guest_failed_account_unknown,
  invitation_gone: m.guest_failed_invitation_gone,
  superseded: m.guest_failed_superseded,
  abandoned: m.guest_failed_abandoned,
}

export const failedText = (reason: string) => (FAILED[reason] ?? m.guest_failed_other)()

export const REFUSED: Record<RefusalCode, () => string> = {
  owner_account: m.guest_refused_owner_account,
  home_member: m.guest_refused_home_member,
  managed_account: m.guest_refused_managed_account,
  ask_the_host: m.guest_refused_ask_the_host,
  not_for_this_account: m.guest_refused_not_for_this_account,
  plex_email_unconfirmed: m.guest_refused_plex_email_unconfirmed,
  already_redeemed: m.guest_refused_already_redeemed,
  plex_share_limit: m.guest_refused_plex_share_limit,
  redemption_elsewhere: m.guest_refused_redemption_elsewhere,
}

export const DEAD_END: Record<DeadEnd, { heading: () => string; lead: () => string }> = {
  unknown: { heading: m.guest_unknown_heading, lead: m.guest_unknown_lead },
  expired: { heading: m.guest_gone_expired_heading, lead: m.guest_gone_expired_lead },
  used_up: { heading: m.guest_gone_used_up_heading, lead: m.guest_gone_used_up_lead },
  paused: { heading: m.guest_gone_paused_heading, lead: m.guest_gone_paused_lead },
  too_many: { heading: m.guest_too_many_heading, lead: m.guest_too_many_lead },
  offline: { heading: m.guest_offline_heading, lead: m.guest_offline_lead },
  unreachable: { heading: m.guest_unreachable_heading, lead: m.guest_unreachable_lead },
  broken: { heading: m.guest_broken_heading, lead: m.guest_broken_lead },
}

const PROBLEM: Record<Exclude<TroubleKind, DeadEnd>, () => string> = {
  plex_from_browser: m.guest_problem_plex_from_browser,
  plex: m.guest_problem_plex,
  lost: m.guest_problem_lost,
  sign_in: m.guest_problem_sign_in,
  seats_gone: m.guest_seats_gone,
}

/** What went wrong with a press; with a heading where a whole page would say the same. */
export function problemText({ kind }: Trouble): { heading?: string; text: string } {
  if (!(kind in DEAD_END)) return { text: PROBLEM[kind as keyof typeof PROBLEM]() }
  const { heading, lead } = DEAD_END[kind as DeadEnd]
  return { heading: heading(), text: lead() }
}

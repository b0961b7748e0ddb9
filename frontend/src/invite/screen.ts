// Which screen a visit shows. Pure: everything the page knows goes in, one screen comes out.
import { type ApiError, UNREACHABLE } from '@/api/problem'
import type { Invite, Redemption, Terms } from './types'

/** Everything the page knows. */
export interface Model {
  /** Both first questions have been answered. */
  loaded: boolean
  invite: Invite | null
  /** Why the invite can't be shown. */
  inviteFailure: ApiError | null
  redemption: Redemption | null
  /** Why this browser's own redemption can't be read; "there is none" is no failure. */
  redemptionFailure: ApiError | null
  /** What was pressed and is under way. */
  busy: Action | null
  /** The last action failed; shown beside its button. */
  problem: Trouble | null
  /** The code with which the account that signed in was turned away. */
  refused: RefusalCode | null
  /** The invite's terms changed while they were on the screen. */
  changed: boolean
  /** How the sign-in under way stands; `kept`: they stay with the account they had. */
  signIn: 'unasked' | 'pending' | 'expired' | 'kept'
  /** Where Plex's page for the sign-in under way is. */
  signInUrl: string | null
  /** The last looks failed; what is on the screen may be old. */
  stale: boolean
}

export type Action = 'sign_in' | 'accept' | 'retry' | 'reload'

/** What can go wrong with an action, in the words of the catalogue. */
export type TroubleKind =
  | Exclude<DeadEnd, 'unknown' | 'used_up'>
  | 'plex_from_browser'
  | 'plex'
  | 'lost'
  | 'sign_in'
  | 'seats_gone'

export interface Trouble {
  kind: TroubleKind
  /** The request id, for the host to look up. */
  reference: string | null
}

export type RefusalCode =
  | 'owner_account'
  | 'home_member'
  | 'managed_account'
  | 'ask_the_host'
  | 'not_for_this_account'
  | 'plex_email_unconfirmed'
  | 'already_redeemed'
  | 'plex_share_limit'
  | 'redemption_elsewhere'

export type DeadEnd =
  | 'unknown'
  | 'expired'
  | 'used_up'
  | 'paused'
  | 'too_many'
  | 'offline'
  | 'unreachable'
  | 'broken'

export type Screen =
  | { name: 'loading' }
  | { name: 'dead_end'; why: DeadEnd; reference: string | null }
  | { name: 'welcome' }
  | { name: 'signing_in'; at: 'checking' | 'pending' | 'expired' }
  | { name: 'refused'; code: RefusalCode }
  | { name: 'confirm' }
  | { name: 'joining' }
  | { name: 'email' }
  | { name: 'done' }
  | { name: 'already_member' }
  | { name: 'failed'; reason: string; mayRetry: boolean; mayStartOver: boolean }

const REFUSALS: readonly string[] = [
  'owner_account',
  'home_member',
  'managed_account',
  'ask_the_host',
  'not_for_this_account',
  'plex_email_unconfirmed',
  'already_redeemed',
  'plex_share_limit',
  'redemption_elsewhere',
] satisfies RefusalCode[]

/** Whether the account was turned away, rather than the request. */
export function isRefusal(code: string): code is RefusalCode {
  return REFUSALS.includes(code)
}

/** The screen for what is known. */
export function screenOf(model: Model): Screen {
  if (!model.loaded) return { name: 'loading' }
  if (model.redemptionFailure) return deadEnd(model.redemptionFailure)
  const { redemption } = model
  // Its own redemption wins over an invite that admits nobody else any more, unless nothing has
  // been done with it yet: then the invite's answer is the honest one.
  if (model.refused && !redemption) return { name: 'refused', code: model.refused }
  const screen = redemption && ofRedemption(model, redemption)
  if (screen) return screen
  if (model.inviteFailure) return deadEnd(model.inviteFailure)
  return { name: 'welcome' }
}

function ofRedemption(model: Model, redemption: Redemption): Screen | null {
  switch (redemption.state) {
    case 'open':
    case 'plex_linked':
    case 'ready':
      return ofSignIn(model, redemption)
    case 'seat_taken':
      return { name: 'joining' }
    case 'invited':
      return { name: redemption.reason === 'accept_by_email' ? 'email' : 'joining' }
    case 'done':
      return { name: 'done' }
    case 'already_member':
      return { name: 'already_member' }
    case 'failed': {
      const reason = redemption.reason ?? 'other'
      return {
        name: 'failed',
        reason,
        mayRetry: redemption.may_retry,
        mayStartOver: reason === 'abandoned' && model.invite !== null,
      }
    }
  }
}

/** Before accepting: an account may be linked, and another sign-in may be under way to replace it. */
function ofSignIn(model: Model, redemption: Redemption): Screen | null {
  if (model.refused) return { name: 'refused', code: model.refused }
  if (isSigningIn(redemption) && model.signIn !== 'kept')
    return { name: 'signing_in', at: model.signIn === 'unasked' ? 'checking' : model.signIn }
  return redemption.state === 'open' ? null : { name: 'confirm' }
}

/** What is promised: as accepted, or else as the invite says now. */
export function termsOf({ redemption, invite }: Model): Terms | null {
  return redemption?.terms ?? invite
}

/** Whether somebody went to Plex and hasn't been heard of since. */
export function isSigningIn(redemption: Redemption): boolean {
  const { state, plex_sign_in } = redemption
  return plex_sign_in === 'attached' && ['open', 'plex_linked', 'ready'].includes(state)
}

function deadEnd(failure: ApiError): Screen {
  return {
    name: 'dead_end',
    why: whyDead(failure),
    reference: failure.status >= 500 ? (failure.problem.request_id ?? null) : null,
  }
}

function whyDead(failure: ApiError): DeadEnd {
  switch (failure.code) {
    case 'invite_expired':
      return 'expired'
    case 'invite_used_up':
      return 'used_up'
    case 'invite_paused':
      return 'paused'
    case UNREACHABLE:
      return navigator.onLine ? 'unreachable' : 'offline'
  }
  if (failure.status === 429) return 'too_many'
  // A code that breaks the rules for codes is a 4xx of its own and just as unknown.
  if (failure.status >= 400 && failure.status < 500) return 'unknown'
  return [502, 503, 504].includes(failure.status) ? 'unreachable' : 'broken'
}

/** What to say about a failed action. */
export function troubleOf(failure: ApiError): Trouble {
  const reference = failure.status >= 500 ? (failure.problem.request_id ?? null) : null
  return { kind: troubleKind(failure), reference }
}

function troubleKind(failure: ApiError): TroubleKind {
  switch (failure.code) {
    case UNREACHABLE:
      return navigator.onLine ? 'unreachable' : 'offline'
    case 'plex_unreachable':
    case 'plex_timeout':
    case 'plex_refused':
      return 'plex'
    case 'redemption_not_found':
    case 'redemption_replaced':
      return 'lost'
    case 'plex_sign_in_foreign':
    case 'plex_sign_in_expired':
      return 'sign_in'
    case 'invite_used_up':
      return 'seats_gone'
    case 'invite_expired':
      return 'expired'
    case 'invite_paused':
      return 'paused'
  }
  if (failure.status === 429) return 'too_many'
  return [502, 503, 504].includes(failure.status) ? 'unreachable' : 'broken'
}

// One visit: what the page knows, what a press does, and what is asked again by itself.
// No framework in here: the screens subscribe.
import { ApiError, UNREACHABLE } from '@/api/problem'
import { createPin } from '@/lib/plex-pin'
import type { Api } from './api'
import { backOff, type Poll, poll } from './poll'
import { type Action, isRefusal, type Model, screenOf, type Trouble, troubleOf } from './screen'
import type { Redemption } from './types'

const SIGN_IN_EVERY_MS = 2_000
const PROGRESS_FIRST_MS = 1_000
const PROGRESS_LONGEST_MS = 5_000

export interface Visit {
  model(): Model
  /** Calls back after every change. */
  subscribe(listener: () => void): () => void
  /** Asks for everything afresh. */
  load(): Promise<void>
  /** Begins a sign-in and leaves for Plex; also for another account. */
  signIn(): Promise<void>
  /** Stays with the linked account although another sign-in was begun. */
  keepAccount(): void
  accept(): Promise<void>
  retry(): Promise<void>
  /** The page is looked at again, perhaps after Plex, whose app can take over without unloading us. */
  cameBack(): void
}

/** What a visit does to the browser; tests watch it here. */
export interface Surroundings {
  leaveFor(url: string): void
  remember(key: string, value: string): void
  recall(key: string): string | null
}

export const browser: Surroundings = {
  leaveFor: (url) => location.assign(url),
  remember(key, value) {
    try {
      sessionStorage.setItem(key, value)
    } catch {
      // Without storage the way back to Plex is lost after a reload; starting again still works.
    }
  },
  recall(key) {
    try {
      return sessionStorage.getItem(key)
    } catch {
      return null
    }
  },
}

const EMPTY: Model = {
  loaded: false,
  invite: null,
  inviteFailure: null,
  redemption: null,
  redemptionFailure: null,
  busy: null,
  problem: null,
  refused: null,
  changed: false,
  signIn: 'unasked',
  signInUrl: null,
  stale: false,
}

const failureOf = (error: unknown) =>
  error instanceof ApiError
    ? error
    : new ApiError({ title: String(error), status: 500, code: 'internal' })

const signInKey = (redemption: Redemption) => `pum.invite.sign_in.${redemption.id}`

/** Opens a visit. Nothing is asked before `load`. */
export function createVisit(api: Api, around: Surroundings = browser): Visit {
  let model = EMPTY
  let watch: { what: 'sign_in' | 'progress'; poll: Poll } | null = null
  let left = false
  const listeners = new Set<() => void>()

  function change(next: Partial<Model>) {
    model = { ...model, ...next }
    follow()
    for (const listener of listeners) listener()
  }

  /** Starts and ends the polling that the screen calls for. */
  function follow() {
    const what = model.busy ? null : wanted()
    if (watch?.what === what) return
    watch?.poll.stop()
    watch = null
    if (what === 'sign_in') watch = { what, poll: poll(lookAtSignIn) }
    if (what === 'progress') watch = { what, poll: poll(lookAtProgress()) }
  }

  function wanted() {
    const screen = screenOf(model)
    if (screen.name === 'signing_in' && screen.at !== 'expired') return 'sign_in'
    if (screen.name === 'joining' || screen.name === 'email') return 'progress'
    return null
  }

  async function lookAtSignIn(): Promise<number | null> {
    const asked = model.redemption
    try {
      const redemption = await api.completePlex()
      if (model.busy || model.redemption !== asked) return SIGN_IN_EVERY_MS
      change({ redemption, signIn: 'unasked', signInUrl: null, stale: false, problem: null })
    } catch (error) {
      if (model.busy || model.redemption !== asked) return SIGN_IN_EVERY_MS
      const failure = failureOf(error)
      switch (failure.code) {
        case 'plex_sign_in_pending':
          change({ signIn: 'pending', stale: false })
          break
        case 'plex_sign_in_expired':
        case 'plex_sign_in_foreign':
          change({ signIn: 'expired', stale: false })
          break
        case 'redemption_not_found':
        case 'redemption_replaced':
        case 'redemption_out_of_step':
          await reload(null)
          break
        default:
          if (isRefusal(failure.code)) change({ refused: failure.code, stale: false })
          else change({ signIn: 'pending', stale: true })
      }
      if (failure.retryAfter) return failure.retryAfter * 1000
    }
    return SIGN_IN_EVERY_MS
  }

  function lookAtProgress() {
    let tries = 0
    let seen = ''
    return async () => {
      try {
        const redemption = await api.redemption()
        if (model.busy) return PROGRESS_FIRST_MS
        const shown = JSON.stringify(redemption)
        if (shown !== seen) tries = 0
        seen = shown
        change({ redemption, stale: false })
      } catch (error) {
        const failure = failureOf(error)
        if (failure.code === 'redemption_not_found') await reload(troubleOf(failure))
        else change({ stale: true })
        if (failure.retryAfter) return failure.retryAfter * 1000
      }
      return backOff(tries++, PROGRESS_FIRST_MS, PROGRESS_LONGEST_MS)
    }
  }

  /** Both questions anew; what was said about the last action stays if it says why. */
  async function reload(problem: Trouble | null) {
    const [invite, redemption] = await Promise.allSettled([api.invite(), api.redemption()])
    const inviteFailure = invite.status === 'rejected' ? failureOf(invite.reason) : null
    const failure = redemption.status === 'rejected' ? failureOf(redemption.reason) : null
    const own = redemption.status === 'fulfilled' ? redemption.value : null
    change({
      loaded: true,
      // Terms that can't be read any more still say what the redemption is about.
      invite: invite.status === 'fulfilled' ? invite.value : model.invite,
      inviteFailure,
      redemption: own,
      // An unknown invite says more than "no redemption for it".
      redemptionFailure: failure && !isNone(failure) && !isVerdict(inviteFailure) ? failure : null,
      signIn: 'unasked',
      signInUrl: own && around.recall(signInKey(own)),
      refused: null,
      stale: false,
      problem,
    })
  }

  /** Runs one press; a second one while it runs does nothing. */
  async function act(action: Action, run: () => Promise<Partial<Model>>) {
    if (model.busy) return
    change({ busy: action, problem: null })
    try {
      const next = await run()
      change({ busy: null, ...next })
    } catch (error) {
      await actionFailed(failureOf(error))
    }
  }

  async function actionFailed(failure: ApiError) {
    if (isRefusal(failure.code)) return change({ busy: null, refused: failure.code })
    const trouble = troubleOf(failure)
    switch (failure.code) {
      case 'invite_changed':
        // The new terms are shown before anything can be accepted.
        await reload(null)
        return change({ busy: null, changed: true })
      case 'redemption_not_found':
      case 'redemption_replaced':
        await reload(trouble)
        break
      case 'redemption_out_of_step':
        // Another tab was quicker: what the server says now is the answer.
        await reload(null)
        break
      case 'not_found':
      case 'invite_expired':
      case 'invite_paused':
      case 'invite_used_up':
        await reload(trouble)
        break
      default:
        change({ problem: trouble })
    }
    change({ busy: null })
  }

  async function goToPlex() {
    // An account that was turned away is switched within the same redemption.
    let redemption = model.redemption
    if (!redemption || redemption.state === 'failed') redemption = await api.start()
    const { pin_request } = await api.startPlex()
    const pin = await createPin(pin_request).catch(() => {
      throw new PlexOutOfReach()
    })
    const { sign_in_url } = await api.attachPin(pin)
    around.remember(signInKey(redemption), sign_in_url)
    left = true
    around.leaveFor(sign_in_url)
  }

  return {
    model: () => model,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    load: () =>
      model.loaded
        ? act('reload', async () => {
            await reload(null)
            return {}
          })
        : reload(null),
    async signIn() {
      if (model.busy) return
      change({ busy: 'sign_in', problem: null })
      try {
        await goToPlex()
        // Still busy: the browser is leaving. `cameBack` ends that.
      } catch (error) {
        if (!(error instanceof PlexOutOfReach)) return actionFailed(failureOf(error))
        const kind = navigator.onLine ? 'plex_from_browser' : 'offline'
        change({ busy: null, problem: { kind, reference: null } })
      }
    },
    keepAccount: () => change({ signIn: 'kept', refused: null, problem: null }),
    accept: () =>
      act('accept', async () => {
        const { redemption, invite } = model
        if (!redemption) return {}
        const version = invite?.invite_version ?? redemption.invite_version
        return { redemption: await api.accept(redemption, version), changed: false }
      }),
    retry: () => act('retry', async () => ({ redemption: await api.retry() })),
    cameBack() {
      if (!left) return
      left = false
      change({ busy: null })
      void reload(null)
    },
  }
}

/** The browser itself got no PIN from plex.tv. */
class PlexOutOfReach extends Error {}

const isNone = (failure: ApiError) => failure.code === 'redemption_not_found'

/** Whether the invite was answered for, rather than left unanswered. */
const isVerdict = (failure: ApiError | null) =>
  failure !== null && failure.code !== UNREACHABLE && failure.status < 500

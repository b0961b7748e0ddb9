// What can be done to a person, wherever they are shown: one place asks, warns, acts and offers Undo.
import { useQueryClient } from '@tanstack/react-query'
import { useLocation, useRouter } from '@tanstack/react-router'
import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useState } from 'react'
import { userQuery } from '@/api/user'
import { problemText } from '@/components/problem-text'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { type User, useUserVerb, type Verb } from '../queries'

const Asking = lazy(() => import('./Asking'))
const Settling = lazy(() => import('./Settling'))

export type Deed = Verb | 'remove'

/** What is asked before it is done. */
export interface Question {
  deed: Exclude<Deed, 'unblock'>
  user: User
  /** Undo was pressed when the removal had begun. */
  late?: boolean
}

/** Where Plex differs there is nothing to confirm, but to choose. */
type Choosing = { deed: 'settle'; user: User }

/** `until` says up to when a removal can be undone where this browser knows better than by the server's clock. */
type Act = (deed: Deed | 'settle', user: User, until?: number) => void

const Context = createContext<Act | null>(null)

/** Begins something with a person: asks first where that matters. */
export function useAct(): Act {
  const act = use(Context)
  if (!act) throw new Error('useAct needs an ActProvider around it')
  return act
}

// What is pressed in the last moment arrives too late.
const LAST_MOMENT_MS = 500

/** When the removal that is planned begins. */
const beginsAt = ({ pending_change: change }: User): number =>
  change?.begins_at ? Date.parse(change.begins_at) : 0

/** Holds the questions of every page: Undo in a toast outlives the page that it came from. */
export function ActProvider({ children }: { children: ReactNode }) {
  const router = useRouter()
  const client = useQueryClient()
  const page = useLocation({ select: ({ pathname }) => pathname })
  const [question, setQuestion] = useState<Question | Choosing | null>(null)
  // A question belongs to the page on which it was asked.
  const [openOn, setOpenOn] = useState<string | null>(null)
  const { mutateAsync: run } = useUserVerb()
  const act = useCallback<Act>(
    (deed, user, until = beginsAt(user)) => {
      const planned = deed === 'restore' && user.pending_change?.state === 'planned'
      const inTime = planned && Date.now() < until - LAST_MOMENT_MS
      // Taking a removal back in time changes nothing: no question, no warning.
      if (deed === 'unblock' || inTime) {
        run({ id: user.id, verb: deed }).then(
          ({ user: now, underWay }) => toast.ok(doneWords(deed, now, underWay)),
          (error) => toast.error(m.user_act_failed(), problemText(error)),
        )
        return
      }
      if (planned) void client.invalidateQueries({ queryKey: userQuery(user.id).queryKey })
      setQuestion(planned ? { deed, user, late: true } : { deed, user })
      setOpenOn(router.state.location.pathname)
    },
    [run, client, router],
  )
  const open = openOn === page
  const close = () => setOpenOn(null)
  return (
    <Context value={act}>
      {children}
      {question && (
        <Suspense key={`${question.deed} ${question.user.id}`}>
          {question.deed === 'settle' ? (
            <Settling user={question.user} open={open} onClose={close} />
          ) : (
            <Asking question={question} open={open} onClose={close} />
          )}
        </Suspense>
      )}
    </Context>
  )
}

/** What has been done, or begun, for the toast. */
export function doneWords(deed: Deed, { username: name }: User, underWay: boolean): string {
  switch (deed) {
    case 'suspend':
      return m.user_suspended_toast({ name })
    case 'resume':
      return m.user_resumed_toast({ name })
    case 'restore':
      return underWay ? m.user_restored_toast({ name }) : m.user_removal_undone_toast({ name })
    case 'block':
      return m.user_blocked_toast({ name })
    case 'unblock':
      return m.user_unblocked_toast({ name })
    case 'remove':
      return m.user_removed_toast({ name })
  }
}

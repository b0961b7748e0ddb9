// What can be done to a person, wherever they are shown: one place asks, warns, acts and offers Undo.
import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useState } from 'react'
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
}

/** Where Plex differs there is nothing to confirm, but to choose. */
type Choosing = { deed: 'settle'; user: User }

type Act = (deed: Deed | 'settle', user: User) => void

const Context = createContext<Act | null>(null)

/** Begins something with a person: asks first where that matters. */
export function useAct(): Act {
  const act = use(Context)
  if (!act) throw new Error('useAct needs an ActProvider around it')
  return act
}

/** Holds the questions of a page. */
export function ActProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | Choosing | null>(null)
  const [open, setOpen] = useState(false)
  const verb = useUserVerb()
  const run = verb.mutate
  const act = useCallback<Act>(
    (deed, user) => {
      const taking = user.pending_change?.state === 'planned'
      // Taking a removal back in time changes nothing: no question, no warning.
      if (deed === 'unblock' || (deed === 'restore' && taking)) {
        run(
          { id: user.id, verb: deed },
          {
            onSuccess: () => toast.ok(doneWords(deed, user)),
            onError: (error) => toast.error(m.user_act_failed(), problemText(error)),
          },
        )
        return
      }
      setQuestion({ deed, user })
      setOpen(true)
    },
    [run],
  )
  return (
    <Context value={act}>
      {children}
      {question && (
        <Suspense key={`${question.deed} ${question.user.id}`}>
          {question.deed === 'settle' ? (
            <Settling user={question.user} open={open} onClose={() => setOpen(false)} />
          ) : (
            <Asking question={question} open={open} onClose={() => setOpen(false)} />
          )}
        </Suspense>
      )}
    </Context>
  )
}

/** What has been done, for the toast. */
export function doneWords(deed: Deed, { username: name, pending_change }: User): string {
  switch (deed) {
    case 'suspend':
      return m.user_suspended_toast({ name })
    case 'resume':
      return m.user_resumed_toast({ name })
    case 'restore':
      return pending_change?.state === 'planned'
        ? m.user_removal_undone_toast({ name })
        : m.user_restored_toast({ name })
    case 'block':
      return m.user_blocked_toast({ name })
    case 'unblock':
      return m.user_unblocked_toast({ name })
    case 'remove':
      return m.user_removed_toast({ name })
  }
}

import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { userQuery } from '@/api/user'
import { problemText } from '@/components/problem-text'
import { Alert } from '@/components/ui/Alert'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { FieldSet } from '@/components/ui/Field'
import { Radio } from '@/components/ui/Radio'
import { toast } from '@/components/ui/Toast'
import { list } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type User, useRemoveUser, useUserVerb } from '../queries'
import { doneWords, type Question, useAct } from './act'

type Deed = Question['deed']

const TITLES: Record<Deed, (inputs: { name: string }) => string> = {
  suspend: m.user_suspend_title,
  resume: m.user_resume_title,
  restore: m.user_restore_title,
  block: m.user_block_title,
  remove: m.user_remove_title,
}

const BUTTONS: Record<Deed, () => string> = {
  suspend: m.user_suspend,
  resume: m.user_resume,
  restore: m.user_restore,
  block: m.user_block,
  remove: m.user_remove,
}

const TAKES_AWAY: Deed[] = ['suspend', 'block', 'remove']

interface AskingProps {
  question: Question
  open: boolean
  onClose: () => void
}

/** What will happen, to whom, and what cannot simply be taken back; then the button. */
export default function Asking({ question, open, onClose }: AskingProps) {
  const { deed, user: seen, late = false } = question
  // The list may be older than the answer to "must they accept again?".
  const asked = useQuery({ ...userQuery(seen.id), enabled: open })
  const user = asked.data ?? seen
  const verb = useUserVerb()
  const remove = useRemoveUser()
  const act = useAct()
  const [friendship, setFriendship] = useState<'keep' | 'end'>('keep')
  const shown = useRef(open)
  useEffect(() => {
    shown.current = open
    return () => {
      shown.current = false
    }
  }, [open])
  const running = deed === 'remove' ? remove : verb

  const close = () => {
    onClose()
    running.reset()
  }
  /** Whoever has left the page is told as well. */
  const failed = (error: unknown) => {
    if (shown.current) return
    toast.error(m.user_act_failed(), problemText(error))
    running.reset()
  }
  const confirm = () => {
    // The server counts from a moment after this one, whatever its clock says.
    const pressed = Date.now()
    if (deed === 'remove')
      remove.mutateAsync({ id: user.id, friendship }).then((gone) => {
        close()
        const until = pressed + timeToUndo(gone)
        const forMs = until - Date.now()
        toast.ok(
          doneWords('remove', gone, true),
          forMs > 0
            ? {
                label: m.user_undo(),
                forMs,
                onSelect: () => act('restore', gone, until),
              }
            : undefined,
        )
      }, failed)
    else
      verb.mutateAsync({ id: user.id, verb: deed }).then(({ user: now, underWay }) => {
        close()
        toast.ok(doneWords(deed, now, underWay))
      }, failed)
  }

  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={TITLES[deed]({ name: user.username })}
      confirm={BUTTONS[deed]()}
      danger={TAKES_AWAY.includes(deed)}
      busy={running.isPending}
      error={running.error ? problemText(running.error) : undefined}
      onConfirm={confirm}
    >
      <div className="flex flex-col gap-4">
        {late && user.pending_change?.state !== 'planned' && (
          <Alert tone="info" live>
            {m.user_undo_late()}
          </Alert>
        )}
        <Consequences deed={deed} user={user} />
        {deed === 'remove' && user.state !== 'pending' && (
          <Friendship user={user} value={friendship} onChange={setFriendship} />
        )}
      </div>
    </ConfirmDialog>
  )
}

/** How long a removal can still be undone, by no clock but the server's; 0 where it begins at once. */
function timeToUndo({ pending_change: change }: User): number {
  if (!change?.begins_at) return 0
  return Math.max(Date.parse(change.begins_at) - Date.parse(change.requested_at), 0)
}

function Consequences({ deed, user }: { deed: Deed; user: User }): ReactNode {
  switch (deed) {
    case 'suspend':
      return <p>{m.user_suspend_text()}</p>
    case 'resume':
    case 'restore':
      return (
        <>
          <p>{deed === 'resume' ? m.user_resume_text() : m.user_restore_text()}</p>
          <AcceptAgain user={user} />
        </>
      )
    case 'block':
      return <p>{m.user_block_text()}</p>
    case 'remove':
      return <p>{user.state === 'pending' ? m.user_remove_pending_text() : m.user_remove_text()}</p>
  }
}

/** Whether giving access back is enough, or the person has to say yes once more. */
function AcceptAgain({ user }: { user: User }) {
  if (user.must_accept_again === false) return <p>{m.user_at_once()}</p>
  return (
    <Alert tone="warn" title={user.must_accept_again ? m.user_accept_again() : undefined}>
      {user.must_accept_again ? m.user_accept_again_text() : m.user_accept_again_perhaps()}
    </Alert>
  )
}

interface FriendshipProps {
  user: User
  value: 'keep' | 'end'
  onChange: (value: 'keep' | 'end') => void
}

/** What becomes of the friendship at Plex, and what else would end with it. */
function Friendship({ user, value, onChange }: FriendshipProps) {
  const others = user.other_servers
  return (
    <>
      <FieldSet legend={m.user_friendship()}>
        <Radio
          name="friendship"
          label={m.user_friendship_keep()}
          help={m.user_friendship_keep_help()}
          checked={value === 'keep'}
          onChange={() => onChange('keep')}
        />
        <Radio
          name="friendship"
          label={m.user_friendship_end()}
          help={m.user_friendship_end_help()}
          checked={value === 'end'}
          onChange={() => onChange('end')}
        />
      </FieldSet>
      {value === 'end' && others?.length !== 0 && (
        <Alert tone="warn">
          {others
            ? m.user_other_servers({ servers: list(others) })
            : m.user_other_servers_unknown()}
        </Alert>
      )}
    </>
  )
}

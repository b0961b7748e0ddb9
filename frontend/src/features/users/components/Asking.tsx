import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
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
export default function Asking({ question: { deed, user: seen }, open, onClose }: AskingProps) {
  // The list may be older than the answer to "must they accept again?".
  const user = useQuery({ ...userQuery(seen.id), enabled: open }).data ?? seen
  const verb = useUserVerb()
  const remove = useRemoveUser()
  const act = useAct()
  const [friendship, setFriendship] = useState<'keep' | 'end'>('keep')
  const running = deed === 'remove' ? remove : verb

  const close = () => {
    onClose()
    running.reset()
  }
  const confirm = () => {
    if (deed === 'remove')
      remove.mutate(
        { id: user.id, friendship },
        {
          onSuccess: (gone) => {
            close()
            const begins = gone.pending_change?.begins_at
            toast.ok(
              doneWords('remove', gone),
              begins == null
                ? undefined
                : {
                    label: m.user_undo(),
                    forMs: Math.max(Date.parse(begins) - Date.now(), SHORTEST_UNDO_MS),
                    onSelect: () => act('restore', gone),
                  },
            )
          },
        },
      )
    else
      verb.mutate(
        { id: user.id, verb: deed },
        {
          onSuccess: () => {
            close()
            toast.ok(doneWords(deed, user))
          },
        },
      )
  }

  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={TITLES[deed]({ name: user.username })}
      confirm={BUTTONS[deed]()}
      danger={TAKES_AWAY.includes(deed)}
      busy={running.isPending}
      error={running.isError ? problemText(running.error) : undefined}
      onConfirm={confirm}
    >
      <div className="flex flex-col gap-4">
        <Consequences deed={deed} user={user} />
        {deed === 'remove' && user.state !== 'pending' && (
          <Friendship user={user} value={friendship} onChange={setFriendship} />
        )}
      </div>
    </ConfirmDialog>
  )
}

// A clock that runs ahead of the server's must not take the offer away at once.
const SHORTEST_UNDO_MS = 4000

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

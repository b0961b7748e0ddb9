import { clsx } from 'clsx'
import { accessText } from '@/components/fact-words'
import { reasonText } from '@/components/reason-words'
import { driftText } from '@/components/sync-words'
import { Avatar } from '@/components/ui/Avatar'
import { Chip } from '@/components/ui/Chip'
import { EndTime, RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { apart, changeWords, endsSoon, STATES, seesWords } from './words'

/** Where somebody stands: state, end, change under way, difference at Plex. */
export function StateChips({ user }: { user: User }) {
  const { label, tone } = STATES[user.state]
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-1.5">
      <Chip tone={tone} dot>
        {label()}
      </Chip>
      {user.access_expires_at && endsSoon(user) && (
        <Chip tone="warn">
          {m.user_ends()} <EndTime value={user.access_expires_at} />
        </Chip>
      )}
      {user.purge_stage && (
        <span className="inline-flex max-w-full" title={m.user_purge_stage_help()}>
          <Chip tone="warn">
            {m.user_purge_stage()} <RelativeTime value={user.purge_stage.remove_at} />
          </Chip>
        </span>
      )}
      {user.pending_change && (
        <span className="inline-flex max-w-full" title={reasonText(user.pending_change.reason)}>
          <Chip tone={user.pending_change.state === 'failed' ? 'bad' : 'info'}>
            {changeWords(user.pending_change)}
          </Chip>
        </span>
      )}
      {user.drift && (
        <span className="inline-flex max-w-full" title={driftText(user.drift.kind)}>
          <Chip tone="warn">{m.user_differs()}</Chip>
        </span>
      )}
      {user.missing_since && user.state !== 'removed' && (
        <Chip tone="warn">{m.user_missing()}</Chip>
      )}
      {user.blocked && <Chip tone="bad">{m.user_blocked()}</Chip>}
    </span>
  )
}

/** Tags, and what else is known at a glance. */
export function TagChips({ user }: { user: Pick<User, 'tags' | 'home' | 'managed'> }) {
  return (
    <>
      {user.managed ? <Chip>{m.user_managed()}</Chip> : user.home && <Chip>{m.user_home()}</Chip>}
      {user.tags.map((tag) => (
        <Chip key={tag} tone="brand" typed>
          <bdi>{tag}</bdi>
        </Chip>
      ))}
    </>
  )
}

// So many Latin letters take about two lines in the narrowest place there is; wide ones may take more.
const SHORT = 36

/**
 * Short texts wrap, longer ones are cut off after two lines. Not all of them, since whatever is clipped is painted on
 * its own, which in a long list is dear (`npm run bench`).
 */
const twoLines = (text: string) =>
  text.length > SHORT ? 'line-clamp-2 wrap-anywhere' : 'wrap-anywhere'

type Known = { id: string; title: string }[]

/** What somebody may see; as it is at Plex and as it is wanted, where the two differ. */
export function Sees({ user, known }: { user: User; known: Known | undefined }) {
  const { now } = user
  if (!now || !apart(user)) return <Line words={seesWords(user.libraries, known)} />
  const titleOf = (wanted: string) => known?.find(({ id }) => id === wanted)?.title
  return (
    <>
      <Line
        name={m.user_now_short()}
        words={accessText(now.libraries, now.allow_downloads, titleOf)}
      />
      <Line
        name={m.user_wanted()}
        words={accessText(user.libraries, user.allow_downloads, titleOf)}
      />
    </>
  )
}

function Line({ name, words }: { name?: string; words: string }) {
  return (
    <span title={words} className={clsx('block', twoLines(words))}>
      {name && <span className="text-xs text-fg-3">{name}: </span>}
      <bdi>{words}</bdi>
    </span>
  )
}

/** Whether somebody's access ends at all. */
export const hasEnd = ({ access_expires_at, membership_days }: User) =>
  access_expires_at != null || membership_days != null

/** The end of somebody's access. */
export function Ends({ user }: { user: User }) {
  if (user.access_expires_at) return <EndTime value={user.access_expires_at} />
  if (user.membership_days != null)
    return m.user_days_from_accepting({ count: user.membership_days })
  return m.invite_never()
}

interface PersonProps {
  user: User
  /** Opens the details. */
  onOpen: (user: User) => void
}

/** Who it is, and the button that opens the details. */
export function Person({ user, onOpen }: PersonProps) {
  return (
    <div className="flex min-w-0 items-center gap-3">
      <Avatar name={user.username} src={user.thumb} />
      <div className="min-w-0">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2">
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => onOpen(user)}
            dir="auto"
            className={clsx(
              'min-w-0 rounded-small text-start font-medium text-fg underline-offset-4 hover:underline',
              twoLines(user.username),
            )}
          >
            {user.username}
          </button>
          {user.home && !user.managed && <Chip>{m.user_home()}</Chip>}
          {user.managed && <Chip>{m.user_managed()}</Chip>}
        </p>
        {user.email && (
          <p className={clsx('text-xs text-fg-3', twoLines(user.email))}>{user.email}</p>
        )}
      </div>
    </div>
  )
}

// The parts of a profile: the drawer shows some of them, the page all.

import { useCan } from '@/api/session'
import { Link } from '@/components/ui/Link'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { duration, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { Fact, Facts } from './Facts'
import { Ends } from './UserParts'
import { removedWords, yesNo } from './words'

/** Who somebody is, and how they came. */
export function About({ user }: { user: User }) {
  const can = useCan()
  const { discord, invited_by } = user
  return (
    <Facts>
      <Fact name={m.user_email()}>{user.email ? <bdi>{user.email}</bdi> : '–'}</Fact>
      <Fact name={m.user_plex_id()}>
        <span className="num">{user.plex_id ?? m.user_unknown()}</span>
      </Fact>
      <Fact name={m.user_discord()}>
        {discord ? (
          <>
            <bdi>{discord.username ?? discord.id}</bdi>
            {discord.username && <span className="num text-xs text-fg-3"> {discord.id}</span>}
          </>
        ) : (
          m.user_not_linked()
        )}
      </Fact>
      <Fact name={m.user_invited_by()}>
        {invited_by && can('invites.view') ? (
          <Link to="/invites/$inviteId" params={{ inviteId: invited_by.id }}>
            <bdi>{invited_by.label ?? m.history_show_invite()}</bdi>
          </Link>
        ) : (
          <bdi>{invited_by?.label ?? '–'}</bdi>
        )}
      </Fact>
      <Fact name={m.users_col_joined()}>
        {user.joined_at ? <RelativeTime value={user.joined_at} /> : '–'}
      </Fact>
      <Fact name={m.users_col_added()}>
        <RelativeTime value={user.added_at} />
      </Fact>
      <Fact name={m.users_filter_shares_back()}>{yesNo(user.shares_back)}</Fact>
    </Facts>
  )
}

/** Until when, and why no longer. */
export function Time({ user }: { user: User }) {
  return (
    <Facts>
      <Fact name={m.users_col_expires()}>
        <Ends user={user} />
      </Fact>
      {user.removed_at && (
        <Fact name={m.user_state_removed()}>
          <RelativeTime value={user.removed_at} />
          {removedWords(user) && <span className="text-fg-3"> · {removedWords(user)}</span>}
        </Fact>
      )}
    </Facts>
  )
}

/** What admins have set for somebody. */
export function Flags({ user }: { user: User }) {
  return (
    <Facts>
      <Fact name={m.user_field_4k()}>{yesNo(user.allow_4k_transcode)}</Fact>
      <Fact name={m.user_purge_whitelisted()}>{yesNo(user.purge_whitelisted)}</Fact>
      <Fact name={m.user_bot_whitelisted()}>{yesNo(user.bot_whitelisted)}</Fact>
      <Fact name={m.user_blocked()}>{yesNo(user.blocked)}</Fact>
    </Facts>
  )
}

/** Figures of what somebody has watched; nothing while they have not. */
export function Watched({ user }: { user: User }) {
  if (user.plays === 0) return null
  return (
    <dl className="grid grid-cols-3 gap-2">
      <Tile name={m.users_col_plays()}>{number(user.plays)}</Tile>
      <Tile name={m.users_col_watch_time()}>{duration(user.watch_seconds)}</Tile>
      <Tile name={m.users_col_last_streamed()}>
        {user.last_streamed_at ? <RelativeTime value={user.last_streamed_at} /> : '–'}
      </Tile>
    </dl>
  )
}

function Tile({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0 rounded-tile border border-line bg-sunken px-3 py-2.5">
      <dt className="text-xs text-fg-3">{name}</dt>
      <dd className="num text-lg font-semibold break-words [&_time]:whitespace-normal">
        {children}
      </dd>
    </div>
  )
}

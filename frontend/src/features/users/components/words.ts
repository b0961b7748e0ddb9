// How users are put into words.
import { librariesWords, libraryTitles } from '@/components/library-words'
import type { Tone } from '@/components/ui/Chip'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import type { UserFlag, UsersSearch } from '../routes'

const DAY_MS = 86_400_000
// From here on an end of access is worth a warning.
const SOON_DAYS = 7

export const STATES: Record<User['state'], { label: () => string; tone: Tone }> = {
  active: { label: m.user_state_active, tone: 'ok' },
  pending: { label: m.user_state_pending, tone: 'info' },
  suspended: { label: m.user_state_suspended, tone: 'bad' },
  removed: { label: m.user_state_removed, tone: 'mute' },
}

const REMOVED: Record<NonNullable<User['removed_reason']>, () => string> = {
  by_admin: m.user_removed_by_admin,
  expired: m.user_removed_expired,
  purged: m.user_removed_purged,
  left_discord: m.user_removed_left_discord,
  left_plex: m.user_removed_left_plex,
  invitation_gone: m.user_removed_invitation_gone,
}

/** Why somebody is gone. */
export function removedWords({ removed_reason }: User): string | undefined {
  return removed_reason ? REMOVED[removed_reason]?.() : undefined
}

type Choice = NonNullable<User['libraries']>
type Known = { id: string; title: string }[]

/** What somebody gets to see; with the titles where they are known and asked for. */
export function seesWords(choice: Choice | null | undefined, known?: Known): string {
  if (!choice) return m.user_sees_nothing()
  return known ? libraryTitles(choice, known) : librariesWords(choice)
}

/** Whether access ends soon, or should have ended. */
export function endsSoon(user: User, now: number = Date.now()): boolean {
  if (!user.access_expires_at || user.state === 'removed') return false
  return Date.parse(user.access_expires_at) - now < SOON_DAYS * DAY_MS
}

function sameChoice(one: Choice | null | undefined, other: Choice | null | undefined): boolean {
  if (!one || !other) return !one && !other
  if (one.mode === 'all' || other.mode === 'all') return one.mode === other.mode
  return one.ids.length === other.ids.length && one.ids.every((id) => other.ids.includes(id))
}

/** Whether Plex shows something else than what is wanted. Unknown where nobody has looked. */
function differs({ now, libraries, allow_downloads, home, managed }: User): boolean {
  if (!now || home || managed) return false
  if (!sameChoice(now.libraries, libraries)) return true
  return (
    Boolean(libraries) && now.allow_downloads != null && now.allow_downloads !== allow_downloads
  )
}

/** Whether there is a *now* beside what is wanted: a change is under way, or Plex was found to differ. */
export function apart(user: User): boolean {
  return user.drift != null || (user.pending_change != null && differs(user))
}

/** Why access of somebody can be neither taken nor given; undefined for everybody else. */
export function keepsAccess({ home, managed }: Pick<User, 'home' | 'managed'>): string | undefined {
  if (managed) return m.user_keeps_managed()
  return home ? m.user_keeps_home() : undefined
}

/** The change that is under way, in words. */
export function changeWords({ becomes, state }: NonNullable<User['pending_change']>): string {
  if (state === 'failed') return m.users_change_failed()
  if (state === 'planned') return m.user_change_planned()
  if (becomes === 'removed') return m.user_change_removing()
  return becomes === 'suspended' ? m.user_change_suspending() : m.users_change_pending()
}

export const SORTS: Record<NonNullable<UsersSearch['sort']>, () => string> = {
  username: m.users_col_person,
  added: m.users_col_added,
  joined: m.users_col_joined,
  last_streamed: m.users_col_last_streamed,
  plays: m.users_col_plays,
  watch_time: m.users_col_watch_time,
  expires: m.users_col_expires,
}

export const FLAGS: Record<UserFlag, () => string> = {
  discord: m.users_filter_discord,
  home: m.user_home,
  shares_back: m.users_filter_shares_back,
  purge_whitelisted: m.user_purge_whitelisted,
  bot_whitelisted: m.user_bot_whitelisted,
  blocked: m.user_blocked,
}

const FIELDS: Record<string, () => string> = {
  libraries: m.users_col_libraries,
  allow_downloads: m.users_col_downloads,
  allow_4k_transcode: m.user_field_4k,
  access_expires_at: m.users_col_expires,
  notes: m.user_notes,
  tags: m.user_tags,
  purge_whitelisted: m.user_purge_whitelisted,
  bot_whitelisted: m.user_bot_whitelisted,
  discord_id: m.user_discord,
  discord: m.user_discord,
  state: m.list_status,
  blocked: m.user_blocked,
}

/** What a field of a user is called. */
export function userField(name: string): string {
  return FIELDS[name]?.() ?? name
}

export const yesNo = (value: boolean) => (value ? m.ui_yes() : m.ui_no())

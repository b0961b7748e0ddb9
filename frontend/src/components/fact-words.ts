// Facts that changed, in words: how a field is called and what its value says. The history and what a
// sync found tell them the same way.
import { endText } from '@/lib/ends'
import { dateTime, list, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { BULK_KINDS } from './event-subjects'
import { eventName } from './event-words'

/** The title of a library by its id; undefined for one that is not known. */
export type TitleOf = (id: string) => string | undefined

type Words = Record<string, () => string>

const FACTS: Words = {
  access: m.fact_access,
  libraries: m.fact_libraries,
  allow_downloads: m.fact_allow_downloads,
  allow_4k_transcode: m.fact_allow_4k_transcode,
  access_expires_at: m.fact_access_expires_at,
  notes: m.fact_notes,
  tags: m.fact_tags,
  purge_whitelisted: m.fact_purge_whitelisted,
  bot_whitelisted: m.fact_bot_whitelisted,
  grant_purge_whitelist: m.fact_purge_whitelisted,
  grant_bot_whitelist: m.fact_bot_whitelisted,
  discord_id: m.fact_discord_id,
  state: m.fact_state,
  blocked: m.fact_blocked,
  paused: m.fact_paused,
  label: m.fact_label,
  expires_at: m.fact_expires_at,
  max_uses: m.fact_max_uses,
  uses: m.fact_uses,
  membership_days: m.fact_membership_days,
  require_discord: m.fact_require_discord,
  require_guild: m.fact_require_guild,
  bound_discord_id: m.fact_bound_discord_id,
  bound_email: m.fact_bound_email,
  value: m.fact_value,
  detail: m.fact_detail,
  friendship: m.fact_friendship,
  begins_at: m.fact_begins_at,
  removed_reason: m.fact_removed_reason,
  machine_identifier: m.fact_machine_identifier,
  name: m.fact_name,
  username: m.fact_username,
  email: m.fact_email,
  url: m.fact_url,
  owner: m.fact_owner,
  is_primary: m.fact_is_primary,
  seat_kept: m.fact_seat_kept,
  cleared: m.fact_cleared,
  older_than_days: m.fact_older_than_days,
  types: m.fact_types,
  plex_id: m.fact_plex_id,
  home: m.fact_home,
  restricted: m.fact_restricted,
  friend: m.fact_friend,
  other_servers: m.fact_other_servers,
  shares_back: m.fact_shares_back,
  people: m.fact_people,
  action: m.fact_action,
  budget: m.fact_budget,
  users: m.fact_users,
  removed_in_a_day: m.fact_removed_in_a_day,
  waiting: m.bulk_item_waiting,
  under_way: m.bulk_item_under_way,
  applied: m.bulk_item_applied,
  refused: m.bulk_refused,
  failed: m.bulk_item_failed,
  superseded: m.bulk_item_superseded,
  skipped: m.bulk_item_skipped,
  unchanged: m.sync_kind_unchanged,
  added: m.sync_kind_added,
  updated: m.sync_kind_updated,
  missing: m.sync_kind_missing,
  left: m.sync_kind_left,
  returned: m.sync_kind_returned,
  problems: m.sync_kind_problem,
}

// What an empty field means, where it means more than nothing.
const EMPTY: Words = {
  access_expires_at: m.invite_never,
  expires_at: m.invite_never,
  max_uses: m.history_no_limit,
  membership_days: m.history_no_limit,
}

const STATES: Words = {
  active: m.user_state_active,
  pending: m.user_state_pending,
  suspended: m.user_state_suspended,
  removed: m.user_state_removed,
  done: m.redemption_done,
  failed: m.redemption_state_failed,
  already_member: m.redemption_already_member,
}

const REMOVED: Words = {
  by_admin: m.removed_by_admin,
  expired: m.removed_expired,
  purged: m.removed_purged,
  left_discord: m.removed_left_discord,
  left_plex: m.removed_left_plex,
  invitation_gone: m.removed_invitation_gone,
}

const FRIENDSHIP: Words = {
  end: m.friendship_end,
  ended: m.friendship_ended,
  keep: m.friendship_keep,
}

// What settings can be set to, where that is one of a few.
const POLICIES: Words = {
  ask: m.drift_policy_ask,
  adopt: m.drift_policy_adopt,
  reapply: m.drift_policy_reapply,
}

const NAMED: Record<string, Words> = {
  state: STATES,
  removed_reason: REMOVED,
  friendship: FRIENDSHIP,
  action: BULK_KINDS,
  value: POLICIES,
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
const ENDS = new Set(['access_expires_at', 'expires_at'])

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** "Access ends"; a field that this page does not know keeps its own name. */
export const factName = (field: string): string => FACTS[field]?.() ?? field.replaceAll('_', ' ')

/** Why somebody was removed, in words; undefined for what is no such reason. */
export const removedText = (reason: string | null | undefined): string | undefined =>
  reason ? REMOVED[reason]?.() : undefined

/** What the field says, as a person reads it. */
export function factText(field: string, value: unknown, titleOf: TitleOf): string {
  if (value === null) return EMPTY[field]?.() ?? '–'
  if (typeof value === 'boolean') return value ? m.history_yes() : m.history_no()
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return NAMED[field]?.[value]?.() ?? textOf(field, value)
  if (Array.isArray(value)) return arrayText(field, value, titleOf)
  if (isObject(value)) return objectText(value, titleOf)
  return '–'
}

type Choice = { mode: 'all' } | { mode: 'some'; ids: string[] }

/** What somebody may see, and whether to download; "No access" without a choice. */
export function accessText(
  libraries: Choice | null | undefined,
  allow_downloads: boolean | null | undefined,
  titleOf: TitleOf,
): string {
  const value = libraries
    ? { access: 'granted', libraries, allow_downloads }
    : { access: 'nothing' }
  return objectText(value, titleOf)
}

function textOf(field: string, value: string): string {
  if (value === '') return '–'
  if (!INSTANT.test(value)) return value
  return ENDS.has(field) ? endText(value) : dateTime(value)
}

function arrayText(field: string, values: unknown[], titleOf: TitleOf): string {
  if (values.length === 0) return '–'
  const known = (value: string) =>
    field === 'types' ? eventName(value) : (titleOf(value) ?? value)
  return list(values.map((value) => (typeof value === 'string' ? known(value) : plain(value))))
}

function objectText(value: Record<string, unknown>, titleOf: TitleOf): string {
  if (value.access === 'nothing') return m.history_no_access()
  if (value.access === 'granted') {
    const libraries = factText('libraries', value.libraries, titleOf)
    return value.allow_downloads === true ? m.history_downloads_too({ libraries }) : libraries
  }
  if (value.mode === 'all') return m.invite_libraries_all()
  if (value.mode === 'some') return chosenText(value, titleOf)
  return plain(value)
}

/** The titles that were written down with a choice, or those that the libraries have now. */
function chosenText({ ids, titles }: Record<string, unknown>, titleOf: TitleOf): string {
  const told = Array.isArray(titles) ? titles.map(String) : []
  if (told.length > 0) return list(told)
  const all = Array.isArray(ids) ? ids.map(String) : []
  const now = all.flatMap((id) => titleOf(id) ?? [])
  return now.length === all.length && now.length > 0
    ? list(now)
    : m.invite_libraries_some({ count: all.length })
}

// What nobody taught this page: its parts one after the other.
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ')
  if (isObject(value))
    return Object.entries(value)
      .map(([name, part]) => `${factName(name)}: ${plain(part)}`)
      .join(', ')
  return String(value)
}

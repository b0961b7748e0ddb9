// The invite form's values, their rules, and the way from and to what the API takes.
import * as z from 'zod/mini'
import type { Schema } from '@/api/client'
import { dayOf, lastDay } from '@/lib/day'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { Invite } from '../queries'

// The first part of the server's pointers, and where the form shows it.
export const FIELDS = {
  label: 'label',
  path: 'path',
  libraries: 'library_ids',
  max_uses: 'max_uses',
  expires_at: 'expires_day',
  expires_on: 'expires_day',
  membership_days: 'membership_days',
  allow_downloads: 'allow_downloads',
  bound_email: 'bound_email',
  grant_purge_whitelist: 'grant_purge_whitelist',
  grant_bot_whitelist: 'grant_bot_whitelist',
  require_discord: 'require_discord',
  require_guild: 'require_guild',
} as const

export const MAX_USES = 1_000_000
export const MAX_DAYS = 3650

// Only what is surely no address; Plex knows the rest.
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const PATH = /^[A-Za-z0-9_-]{3,100}$/

function wholeNumber(max: number) {
  const ok = (value: string) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= max
  return { ok, message: () => m.invite_number_invalid({ max: number(max) }) }
}

// What is not said is as the settings have it.
const ASKED = ['default', 'yes', 'no'] as const

export const inviteSchema = z
  .object({
    label: z.string().check(z.trim(), z.maxLength(100, m.invite_label_long())),
    path: z.string().check(
      z.trim(),
      z.refine((path) => path === '' || PATH.test(path), m.invite_path_invalid()),
    ),
    expires: z.enum(['never', 'date']),
    expires_day: z.string(),
    limit: z.enum(['unlimited', 'some']),
    max_uses: z.string(),
    membership: z.enum(['permanent', 'days']),
    membership_days: z.string(),
    libraries: z.enum(['all', 'some']),
    library_ids: z.array(z.string()),
    allow_downloads: z.boolean(),
    grant_purge_whitelist: z.boolean(),
    grant_bot_whitelist: z.boolean(),
    require_discord: z.enum(ASKED),
    require_guild: z.enum(ASKED),
    bound_email: z.string().check(
      z.trim(),
      z.refine((email) => email === '' || EMAIL.test(email), m.invite_bound_email_invalid()),
    ),
  })
  .check((context) => {
    const { value, issues } = context
    const wrong = (path: keyof typeof value, message: string) =>
      issues.push({ code: 'custom', path: [path], message, input: value[path] })
    if (value.expires === 'date' && !value.expires_day)
      wrong('expires_day', m.invite_expires_missing())
    else if (value.expires === 'date' && value.expires_day < dayOf())
      wrong('expires_day', m.invite_expires_past())
    const uses = wholeNumber(MAX_USES)
    if (value.limit === 'some' && !uses.ok(value.max_uses)) wrong('max_uses', uses.message())
    const days = wholeNumber(MAX_DAYS)
    if (value.membership === 'days' && !days.ok(value.membership_days))
      wrong('membership_days', days.message())
    if (value.libraries === 'some' && value.library_ids.length === 0)
      wrong('library_ids', m.invite_libraries_missing())
  })

export type InviteValues = z.infer<typeof inviteSchema>

type Asked = InviteValues['require_discord']

const askedOf = (said: boolean | null | undefined): Asked =>
  said == null ? 'default' : said ? 'yes' : 'no'

const saidOf = (asked: Asked): boolean | null => (asked === 'default' ? null : asked === 'yes')

/** A new invite: for one person, without an end. */
export function emptyInvite(): InviteValues {
  return {
    label: '',
    path: '',
    expires: 'never',
    expires_day: '',
    limit: 'some',
    max_uses: '1',
    membership: 'permanent',
    membership_days: '30',
    libraries: 'all',
    library_ids: [],
    allow_downloads: false,
    grant_purge_whitelist: false,
    grant_bot_whitelist: false,
    require_discord: 'default',
    require_guild: 'default',
    bound_email: '',
  }
}

export function fromInvite(invite: Invite): InviteValues {
  const choice = invite.libraries
  return {
    label: invite.label ?? '',
    path: '',
    expires: invite.expires_at ? 'date' : 'never',
    expires_day: invite.expires_at ? lastDay(invite.expires_at) : '',
    limit: invite.max_uses == null ? 'unlimited' : 'some',
    max_uses: String(invite.max_uses ?? 1),
    membership: invite.membership_days == null ? 'permanent' : 'days',
    membership_days: String(invite.membership_days ?? 30),
    libraries: choice.mode,
    library_ids: choice.mode === 'some' ? choice.ids : [],
    allow_downloads: invite.allow_downloads,
    grant_purge_whitelist: invite.grant_purge_whitelist,
    grant_bot_whitelist: invite.grant_bot_whitelist,
    require_discord: askedOf(invite.require_discord),
    require_guild: askedOf(invite.require_guild),
    bound_email: invite.bound_email ?? '',
  }
}

/** Which of the form's values a person has changed. */
export type Changed = Partial<Record<keyof InviteValues, unknown>>

const TERMS = {
  label: (values: InviteValues) => values.label || null,
  // A day ends in the server's time zone, which this browser need not share.
  expires_on: (values: InviteValues) => (values.expires === 'date' ? values.expires_day : null),
  max_uses: (values: InviteValues) => (values.limit === 'some' ? Number(values.max_uses) : null),
  membership_days: (values: InviteValues) =>
    values.membership === 'days' ? Number(values.membership_days) : null,
  libraries: (values: InviteValues): Invite['libraries'] =>
    values.libraries === 'all' ? { mode: 'all' } : { mode: 'some', ids: values.library_ids },
  allow_downloads: (values: InviteValues) => values.allow_downloads,
  grant_purge_whitelist: (values: InviteValues) => values.grant_purge_whitelist,
  grant_bot_whitelist: (values: InviteValues) => values.grant_bot_whitelist,
  require_discord: (values: InviteValues) => saidOf(values.require_discord),
  require_guild: (values: InviteValues) => saidOf(values.require_guild),
  bound_email: (values: InviteValues) => values.bound_email || null,
}

const SOURCES: Record<keyof typeof TERMS, (keyof InviteValues)[]> = {
  label: ['label'],
  expires_on: ['expires', 'expires_day'],
  max_uses: ['limit', 'max_uses'],
  membership_days: ['membership', 'membership_days'],
  libraries: ['libraries', 'library_ids'],
  allow_downloads: ['allow_downloads'],
  grant_purge_whitelist: ['grant_purge_whitelist'],
  grant_bot_whitelist: ['grant_bot_whitelist'],
  require_discord: ['require_discord'],
  require_guild: ['require_guild'],
  bound_email: ['bound_email'],
}

/** Fields that make one term. */
export const TOGETHER = Object.values(SOURCES)

/** What an edit says: the terms that were touched, and no others. */
export function toPatch(values: InviteValues, changed: Changed): Schema<'InvitePatch'> {
  const touched = (Object.keys(TERMS) as (keyof typeof TERMS)[]).filter((term) =>
    SOURCES[term].some((source) => changed[source]),
  )
  return Object.fromEntries(touched.map((term) => [term, TERMS[term](values)]))
}

export function toInput(values: InviteValues): Schema<'InviteInput'> {
  return {
    label: TERMS.label(values),
    expires_on: TERMS.expires_on(values),
    max_uses: TERMS.max_uses(values),
    membership_days: TERMS.membership_days(values),
    libraries: TERMS.libraries(values),
    allow_downloads: TERMS.allow_downloads(values),
    grant_purge_whitelist: TERMS.grant_purge_whitelist(values),
    grant_bot_whitelist: TERMS.grant_bot_whitelist(values),
    require_discord: TERMS.require_discord(values),
    require_guild: TERMS.require_guild(values),
    bound_email: TERMS.bound_email(values),
    ...(values.path && { path: values.path }),
  }
}

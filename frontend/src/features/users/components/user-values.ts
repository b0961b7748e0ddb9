// The edit form's values, their rules, and the way from and to what the API takes.
import * as z from 'zod/mini'
import { lastDay } from '@/lib/day'
import { m } from '@/paraglide/messages.js'
import type { User, UserPatch } from '../queries'
import { tagsOf } from './tags'

export const MAX_NOTES = 5000
const MAX_TAGS = 20
const MAX_TAG = 40
const DISCORD_ID = /^\d{15,21}$/

export const userSchema = z
  .object({
    libraries: z.enum(['all', 'some']),
    library_ids: z.array(z.string()),
    allow_downloads: z.boolean(),
    allow_4k_transcode: z.boolean(),
    ends: z.enum(['never', 'date']),
    ends_day: z.string(),
    notes: z.string().check(z.maxLength(MAX_NOTES, m.field_too_long())),
    tags: z.string().check(
      z.refine((text) => tagsOf(text).length <= MAX_TAGS, m.user_tags_many()),
      z.refine((text) => tagsOf(text).every((tag) => tag.length <= MAX_TAG), m.user_tags_long()),
    ),
    purge_whitelisted: z.boolean(),
    bot_whitelisted: z.boolean(),
    discord_id: z.string().check(
      z.trim(),
      z.refine((id) => id === '' || DISCORD_ID.test(id), m.user_discord_invalid()),
    ),
  })
  .check(({ value, issues }) => {
    const wrong = (path: keyof typeof value, message: string) =>
      issues.push({ code: 'custom', path: [path], message, input: value[path] })
    if (value.ends === 'date' && !value.ends_day) wrong('ends_day', m.field_day_invalid())
    if (value.libraries === 'some' && value.library_ids.length === 0)
      wrong('library_ids', m.invite_libraries_missing())
  })

export type UserValues = z.infer<typeof userSchema>

export function fromUser(user: User): UserValues {
  // Of people who see nothing now, what they will be given back is edited.
  const choice = user.libraries ?? user.kept?.libraries ?? { mode: 'some', ids: [] }
  return {
    libraries: choice.mode,
    library_ids: choice.mode === 'some' ? choice.ids : [],
    allow_downloads: user.libraries ? user.allow_downloads : (user.kept?.allow_downloads ?? false),
    allow_4k_transcode: user.allow_4k_transcode,
    ends: user.access_expires_at ? 'date' : 'never',
    ends_day: user.access_expires_at ? lastDay(user.access_expires_at) : '',
    notes: user.notes ?? '',
    tags: user.tags.join(', '),
    purge_whitelisted: user.purge_whitelisted,
    bot_whitelisted: user.bot_whitelisted,
    discord_id: user.discord?.id ?? '',
  }
}

/** Which of the form's values a person has changed. */
export type Changed = Partial<Record<keyof UserValues, unknown>>

const PARTS = {
  libraries: (values: UserValues) =>
    values.libraries === 'all'
      ? { mode: 'all' as const }
      : { mode: 'some' as const, ids: values.library_ids },
  allow_downloads: (values: UserValues) => values.allow_downloads,
  allow_4k_transcode: (values: UserValues) => values.allow_4k_transcode,
  // A day ends in the server's time zone, which this browser need not share.
  access_expires_on: (values: UserValues) => (values.ends === 'date' ? values.ends_day : null),
  notes: (values: UserValues) => values.notes || null,
  tags: (values: UserValues) => tagsOf(values.tags),
  purge_whitelisted: (values: UserValues) => values.purge_whitelisted,
  bot_whitelisted: (values: UserValues) => values.bot_whitelisted,
  discord_id: (values: UserValues) => values.discord_id || null,
}

const SOURCES: Record<keyof typeof PARTS, (keyof UserValues)[]> = {
  libraries: ['libraries', 'library_ids'],
  allow_downloads: ['allow_downloads'],
  allow_4k_transcode: ['allow_4k_transcode'],
  access_expires_on: ['ends', 'ends_day'],
  notes: ['notes'],
  tags: ['tags'],
  purge_whitelisted: ['purge_whitelisted'],
  bot_whitelisted: ['bot_whitelisted'],
  discord_id: ['discord_id'],
}

/** Fields that make one part. */
export const TOGETHER = Object.values(SOURCES)

/** What an edit says: the parts that were touched, and no others. */
export function toPatch(values: UserValues, changed: Changed): UserPatch {
  const touched = (Object.keys(PARTS) as (keyof typeof PARTS)[]).filter((part) =>
    SOURCES[part].some((source) => changed[source]),
  )
  return Object.fromEntries(touched.map((part) => [part, PARTS[part](values)]))
}

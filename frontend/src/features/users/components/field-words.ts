// A field of a user and its value, as a person reads them.
import { endText } from '@/lib/ends'
import { dateTime } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { STATES, seesWords, userField, yesNo } from './words'

type Known = { id: string; title: string }[]

function isChoice(value: unknown): value is { mode: 'all' } | { mode: 'some'; ids: string[] } {
  if (typeof value !== 'object' || value === null || !('mode' in value)) return false
  return value.mode === 'all' || (value.mode === 'some' && 'ids' in value)
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T/

/** The value of a field in words. */
export function valueWords(field: string, value: unknown, known?: Known): string {
  if (field === 'libraries') return seesWords(isChoice(value) ? value : null, known)
  if (field === 'access_expires_at')
    return typeof value === 'string' ? endText(value) : m.invite_never()
  if (field === 'state' && typeof value === 'string' && value in STATES)
    return STATES[value as keyof typeof STATES].label()
  if (value == null || value === '') return '–'
  if (typeof value === 'boolean') return yesNo(value)
  if (Array.isArray(value)) return value.join(', ') || '–'
  if (typeof value === 'string') return INSTANT.test(value) ? dateTime(value) : value
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/** "Tags: family". */
export function fieldWords(field: string, value: unknown, known?: Known): string {
  return `${userField(field)}: ${valueWords(field, value, known)}`
}

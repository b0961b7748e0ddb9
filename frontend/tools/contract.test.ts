// What the server may name has words in the catalogue, which messages.test.ts holds complete.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PROBLEMS, VAGUE } from '../src/components/problem-text'

const contract = readFileSync('../openapi.yaml', 'utf8')
const texts: Record<string, unknown> = JSON.parse(readFileSync('messages/en.json', 'utf8'))

/** The names that the contract lists under a schema. */
function namesOf(schema: string): string[] {
  const [, list = ''] =
    new RegExp(`^    ${schema}:\\n(?: {6}.*\\n)*? {6}enum:\\n((?: {6}- .*\\n)+)`, 'm').exec(
      contract,
    ) ?? []
  return list.split('\n').flatMap((line) => line.match(/- (.+)$/)?.[1] ?? [])
}

it.each([
  ['Finding', 'plex_finding_'],
  ['EventType', 'event_'],
  ['JobKind', 'job_kind_'],
  ['BulkKind', 'bulk_kind_'],
])('every %s has words', (schema, prefix) => {
  const names = namesOf(schema)
  expect(names.length).toBeGreaterThan(10)
  const silent = names.filter((name) => !(prefix + name.replaceAll('.', '_') in texts))
  expect(silent).toEqual([])
})

// What only a guest, or no page of ours, can be told.
const FOR_OTHERS =
  /^(invite_(expired|used_up|paused|changed)|redemption_.*|already_redeemed|ask_the_host|owner_account|home_member|managed_account|not_for_this_account|plex_email_unconfirmed|malformed_request|bad_cursor|invalid_token|method_not_allowed|body_too_large|unsupported_media_type|idempotency_.*)$/
// These are told by more than their code, or by the page that waits for them.
const TOLD_ELSEWHERE = [
  'permission_denied',
  'too_many_requests',
  'setup_required',
  'password_change_required',
  'plex_sign_in_pending',
]

it('every refusal that an admin may meet has words', () => {
  const codes = namesOf('ProblemCode').filter((code) => !FOR_OTHERS.test(code))
  expect(codes.length).toBeGreaterThan(30)
  const silent = codes.filter(
    (code) => !(code in PROBLEMS || code in VAGUE || TOLD_ELSEWHERE.includes(code)),
  )
  expect(silent).toEqual([])
})

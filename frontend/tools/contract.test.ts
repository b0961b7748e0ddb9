// What the server may name has words in the catalogue, which messages.test.ts holds complete.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

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

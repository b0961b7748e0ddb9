import { factName, factText, type TitleOf } from '@/components/fact-words'
import { m } from '@/paraglide/messages.js'
import type { HistoryEvent } from '../queries'

type Facts = Record<string, unknown>

// The terms of an invite are told as facts of their own; a version counts edits and tells nothing.
const WRAPPERS = ['terms']
const SILENT = new Set(['version'])

function factsOf(told: Facts | null | undefined): Facts {
  const facts: Facts = {}
  for (const [field, value] of Object.entries(told ?? {})) {
    if (WRAPPERS.includes(field) && typeof value === 'object') Object.assign(facts, value)
    else if (!SILENT.has(field)) facts[field] = value
  }
  return facts
}

interface ChangesProps {
  event: HistoryEvent
  titleOf: TitleOf
}

/** What it was like before and after, field by field. */
export function Changes({ event, titleOf }: ChangesProps) {
  const before = factsOf(event.before)
  const after = factsOf(event.after)
  // What was empty and stays empty tells nothing.
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => (before[field] ?? after[field] ?? null) !== null,
  )
  if (fields.length === 0) return <p className="text-sm text-fg-3">{m.history_none()}</p>
  const compared = Object.keys(before).length > 0
  return (
    <table className="w-full border-collapse text-sm">
      <thead>
        <tr className="border-b border-line text-xs text-fg-3">
          <Head>{m.history_field()}</Head>
          {compared && <Head>{m.history_before()}</Head>}
          <Head>{compared ? m.history_after() : m.history_value()}</Head>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field} className="border-b border-line align-top last:border-b-0">
            <th scope="row" className="py-2 pe-3 text-start font-medium break-words">
              {factName(field)}
            </th>
            {compared && <Value field={field} facts={before} titleOf={titleOf} />}
            <Value field={field} facts={after} titleOf={titleOf} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Head({ children }: { children: string }) {
  return (
    <th scope="col" className="py-2 pe-3 text-start font-medium">
      {children}
    </th>
  )
}

function Value({ field, facts, titleOf }: { field: string; facts: Facts; titleOf: TitleOf }) {
  return (
    <td className="py-2 pe-3 break-words text-fg-2">
      <bdi>{field in facts ? factText(field, facts[field], titleOf) : '–'}</bdi>
    </td>
  )
}

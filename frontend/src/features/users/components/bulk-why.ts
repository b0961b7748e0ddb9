// Why somebody was left out of a bulk, or failed in it.
import { PROBLEMS } from '@/components/problem-text'
import { reasonText } from '@/components/reason-words'
import { m } from '@/paraglide/messages.js'

interface Told {
  reason?: string | null
  detail?: string | null
}

// Here the code means something narrower than elsewhere.
const HERE: Record<string, () => string> = {
  library_unknown: m.bulk_nothing_left,
  plex_refused: m.reason_plex_refused,
}

/** A sentence, in the person's language where PUM has one of its own. */
export function whyWords({ reason, detail }: Told): string | undefined {
  const words = reason ? (HERE[reason] ?? PROBLEMS[reason]) : undefined
  return words?.() ?? reasonText(reason) ?? detail ?? undefined
}

// Why somebody was left out of a bulk, or failed in it.
import { PROBLEMS } from '@/components/problem-text'
import { reasonText } from '@/components/reason-words'

interface Told {
  reason?: string | null
  detail?: string | null
}

/** A sentence, in the person's language where PUM has one of its own. */
export function whyWords({ reason, detail }: Told): string | undefined {
  return (reason ? PROBLEMS[reason]?.() : undefined) ?? reasonText(reason) ?? detail ?? undefined
}

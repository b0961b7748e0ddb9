import { useState } from 'react'
import { Button } from '@/components/ui/Button'
import { Card } from '@/components/ui/Card'
import { Checkbox } from '@/components/ui/Checkbox'
import { Field, FieldSet } from '@/components/ui/Field'
import { NumberInput } from '@/components/ui/NumberInput'
import { m } from '@/paraglide/messages.js'
import { type Terms, USUAL } from '../queries'
import { LEAST_DAYS, MOST_DAYS, MOST_WAIT_DAYS, type PurgeFlag, type PurgeSearch } from '../routes'

const EXEMPT: { flag: PurgeFlag; label: () => string }[] = [
  { flag: 'exempt_shares_back', label: m.purge_exempt_shares_back },
  { flag: 'exempt_whitelisted', label: m.purge_exempt_whitelisted },
  { flag: 'exempt_admins', label: m.purge_exempt_admins },
]

const COUNTED: { flag: PurgeFlag; label: () => string; help: () => string }[] = [
  { flag: 'ignore_join_date', label: m.purge_ignore_join, help: m.purge_ignore_join_help },
  { flag: 'count_imported', label: m.purge_count_imported, help: m.purge_count_imported_help },
]

const within = (days: number, least: number, most: number) =>
  Number.isInteger(days) && days >= least && days <= most

interface TermsFormProps {
  terms: Required<Terms>
  /** Days between a warning and the removal; not asked for without. */
  wait: number | undefined
  /** What differs from the usual goes into the address. */
  onApply: (change: PurgeSearch) => void
}

/** After how many days, and whom never. Begin anew with a key when the terms change. */
export function TermsForm({ terms, wait, onApply }: TermsFormProps) {
  const [draft, setDraft] = useState(terms)
  const [days, setDays] = useState(String(terms.inactive_days))
  const [waits, setWaits] = useState(String(wait ?? 0))
  const count = Number(days)
  const wrong = !within(count, LEAST_DAYS, MOST_DAYS)
  const waitCount = Number(waits)
  const wrongWait = wait !== undefined && !within(waitCount, 0, MOST_WAIT_DAYS)
  const tick = (flag: PurgeFlag) => ({
    checked: draft[flag],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setDraft({ ...draft, [flag]: event.target.checked }),
  })
  const apply = () => {
    const change: PurgeSearch = { days: count === USUAL.inactive_days ? undefined : count }
    for (const { flag } of [...EXEMPT, ...COUNTED])
      change[flag] = draft[flag] === USUAL[flag] ? undefined : draft[flag]
    if (wait !== undefined) change.wait = waitCount === 0 ? undefined : waitCount
    onApply(change)
  }
  return (
    <Card className="p-4 sm:p-5">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong && !wrongWait) apply()
        }}
        className="flex flex-col gap-5"
      >
        <div className="grid gap-5 lg:grid-cols-[auto_1fr_1fr] lg:gap-10">
          <div className="flex flex-col gap-5">
            <Field
              label={m.purge_days()}
              error={wrong ? m.purge_days_wrong({ least: LEAST_DAYS, most: MOST_DAYS }) : undefined}
            >
              <NumberInput
                min={LEAST_DAYS}
                max={MOST_DAYS}
                unit={m.history_clear_unit()}
                value={days}
                onChange={(event) => setDays(event.target.value)}
              />
            </Field>
            {wait !== undefined && (
              <Field
                label={m.rehearsal_wait()}
                help={m.rehearsal_wait_help()}
                error={
                  wrongWait ? m.purge_days_wrong({ least: 0, most: MOST_WAIT_DAYS }) : undefined
                }
              >
                <NumberInput
                  min={0}
                  max={MOST_WAIT_DAYS}
                  unit={m.history_clear_unit()}
                  value={waits}
                  onChange={(event) => setWaits(event.target.value)}
                />
              </Field>
            )}
          </div>
          <FieldSet legend={m.purge_exempt()}>
            {EXEMPT.map(({ flag, label }) => (
              <Checkbox key={flag} label={label()} {...tick(flag)} />
            ))}
          </FieldSet>
          <FieldSet legend={m.purge_counted()}>
            {COUNTED.map(({ flag, label, help }) => (
              <Checkbox key={flag} label={label()} help={help()} {...tick(flag)} />
            ))}
          </FieldSet>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
          <p className="text-sm text-fg-3">{m.purge_always_kept()}</p>
          <Button type="submit">{m.purge_apply()}</Button>
        </div>
      </form>
    </Card>
  )
}

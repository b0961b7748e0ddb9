import { useState } from 'react'
import { Button } from '@/components/ui/Button'
import { Card } from '@/components/ui/Card'
import { Checkbox } from '@/components/ui/Checkbox'
import { Field, FieldSet } from '@/components/ui/Field'
import { NumberInput } from '@/components/ui/NumberInput'
import { m } from '@/paraglide/messages.js'
import { type Terms, USUAL } from '../queries'
import { LEAST_DAYS, MOST_DAYS, type PurgeFlag, type PurgeSearch } from '../routes'

const EXEMPT: { flag: PurgeFlag; label: () => string }[] = [
  { flag: 'exempt_shares_back', label: m.purge_exempt_shares_back },
  { flag: 'exempt_whitelisted', label: m.purge_exempt_whitelisted },
  { flag: 'exempt_admins', label: m.purge_exempt_admins },
]

const COUNTED: { flag: PurgeFlag; label: () => string; help: () => string }[] = [
  { flag: 'ignore_join_date', label: m.purge_ignore_join, help: m.purge_ignore_join_help },
  { flag: 'count_imported', label: m.purge_count_imported, help: m.purge_count_imported_help },
]

interface TermsFormProps {
  terms: Required<Terms>
  /** What differs from the usual goes into the address. */
  onApply: (change: PurgeSearch) => void
}

/** After how many days, and whom never. Begin anew with a key when the terms change. */
export function TermsForm({ terms, onApply }: TermsFormProps) {
  const [draft, setDraft] = useState(terms)
  const [days, setDays] = useState(String(terms.inactive_days))
  const count = Number(days)
  const wrong = !Number.isInteger(count) || count < LEAST_DAYS || count > MOST_DAYS
  const tick = (flag: PurgeFlag) => ({
    checked: draft[flag],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setDraft({ ...draft, [flag]: event.target.checked }),
  })
  const apply = () => {
    const change: PurgeSearch = { days: count === USUAL.inactive_days ? undefined : count }
    for (const { flag } of [...EXEMPT, ...COUNTED])
      change[flag] = draft[flag] === USUAL[flag] ? undefined : draft[flag]
    onApply(change)
  }
  return (
    <Card className="p-4 sm:p-5">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong) apply()
        }}
        className="flex flex-col gap-5"
      >
        <div className="grid gap-5 lg:grid-cols-[auto_1fr_1fr] lg:gap-10">
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

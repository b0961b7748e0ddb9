import { useQuery } from '@tanstack/react-query'
import { libraryChoicesQuery } from '@/api/library-choices'
import { Checkbox } from '@/components/ui/Checkbox'
import { DateInput } from '@/components/ui/DateInput'
import { Field, FieldSet } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { NumberInput } from '@/components/ui/NumberInput'
import { Radio } from '@/components/ui/Radio'
import { dayOf } from '@/lib/day'
import { m } from '@/paraglide/messages.js'
import type { Task, Terms } from './bulk-tasks'

interface BulkTermsProps {
  task: Task
  terms: Terms
  onChange: (change: Partial<Terms>) => void
}

/** What exactly is to be done to everybody. */
export function BulkTerms({ task, terms, onChange }: BulkTermsProps) {
  switch (task) {
    case 'libraries':
      return <Libraries terms={terms} onChange={onChange} />
    case 'expiry':
      return <Ends terms={terms} onChange={onChange} />
    case 'tags':
      return (
        <>
          <Choice
            name="how"
            legend={m.user_tags()}
            value={terms.how === 'remove' ? 'remove' : 'add'}
            onChange={(how) => onChange({ how })}
            options={[
              { value: 'add', label: m.bulk_add() },
              { value: 'remove', label: m.bulk_take_away() },
            ]}
          />
          <Field label={m.bulk_which_tags()} help={m.user_tags_help()}>
            <Input value={terms.tags} onChange={({ target }) => onChange({ tags: target.value })} />
          </Field>
        </>
      )
    case 'downloads':
    case 'purge':
    case 'bot':
      return (
        <>
          <Choice
            name="yes"
            legend={WORDS[task].legend()}
            value={terms.yes ? 'yes' : 'no'}
            onChange={(value) => onChange({ yes: value === 'yes' })}
            options={[
              { value: 'yes', label: m.ui_yes() },
              { value: 'no', label: m.ui_no() },
            ]}
          />
          <p className="text-sm text-fg-3">{WORDS[task].help()}</p>
        </>
      )
    case 'suspend':
      return <p className="text-base text-fg-2">{m.user_suspend_text()}</p>
    case 'resume':
      return <p className="text-base text-fg-2">{m.bulk_resume_text()}</p>
    case 'remove':
      return (
        <>
          <p className="text-base text-fg-2">{m.bulk_remove_text()}</p>
          <Choice
            name="friendship"
            legend={m.user_friendship()}
            value={terms.friendship}
            onChange={(friendship) => onChange({ friendship })}
            options={[
              {
                value: 'keep',
                label: m.user_friendship_keep(),
                help: m.user_friendship_keep_help(),
              },
              { value: 'end', label: m.user_friendship_end(), help: m.bulk_friendship_end_help() },
            ]}
          />
        </>
      )
  }
}

const WORDS = {
  downloads: { legend: m.invite_downloads, help: m.user_downloads_help },
  purge: { legend: m.invite_grant_purge, help: m.user_purge_help },
  bot: { legend: m.invite_grant_bot, help: m.user_bot_help },
}

interface ChoiceProps<T extends string> {
  name: string
  legend: string
  value: T
  onChange: (value: T) => void
  options: { value: T; label: string; help?: string }[]
}

function Choice<T extends string>({ name, legend, value, onChange, options }: ChoiceProps<T>) {
  return (
    <FieldSet legend={legend}>
      {options.map((option) => (
        <Radio
          key={option.value}
          name={name}
          label={option.label}
          help={option.help}
          checked={option.value === value}
          onChange={() => onChange(option.value)}
        />
      ))}
    </FieldSet>
  )
}

type PartProps = Omit<BulkTermsProps, 'task'>

function Libraries({ terms, onChange }: PartProps) {
  const libraries = useQuery(libraryChoicesQuery).data?.items ?? []
  const all = terms.how === 'set' && terms.allLibraries
  return (
    <>
      <Choice
        name="how"
        legend={m.users_col_libraries()}
        value={terms.how}
        onChange={(how) => onChange({ how })}
        options={[
          { value: 'add', label: m.bulk_add(), help: m.bulk_libraries_add_help() },
          { value: 'remove', label: m.bulk_take_away(), help: m.bulk_libraries_remove_help() },
          { value: 'set', label: m.bulk_set(), help: m.bulk_libraries_set_help() },
        ]}
      />
      <FieldSet legend={m.bulk_which_libraries()}>
        {terms.how === 'set' && (
          <Checkbox
            label={m.invite_libraries_all()}
            help={m.invite_libraries_all_help()}
            checked={terms.allLibraries}
            onChange={({ target }) => onChange({ allLibraries: target.checked })}
          />
        )}
        {!all &&
          libraries.map(({ id, title }) => (
            <Checkbox
              key={id}
              label={<bdi>{title}</bdi>}
              checked={terms.libraries.includes(id)}
              onChange={({ target }) =>
                onChange({
                  libraries: target.checked
                    ? [...terms.libraries, id]
                    : terms.libraries.filter((other) => other !== id),
                })
              }
            />
          ))}
      </FieldSet>
    </>
  )
}

function Ends({ terms, onChange }: PartProps) {
  return (
    <>
      <Choice
        name="ends"
        legend={m.users_col_expires()}
        value={terms.ends}
        onChange={(ends) => onChange({ ends })}
        options={[
          { value: 'later', label: m.bulk_later(), help: m.bulk_later_help() },
          { value: 'date', label: m.user_ends_date() },
          { value: 'never', label: m.invite_never() },
        ]}
      />
      {terms.ends === 'later' && (
        <Field label={m.bulk_days_more()}>
          <NumberInput
            min={1}
            max={3650}
            unit={m.invite_days()}
            value={terms.days}
            onChange={({ target }) => onChange({ days: target.value })}
          />
        </Field>
      )}
      {terms.ends === 'date' && (
        <Field label={m.user_ends_day()}>
          <DateInput
            min={dayOf()}
            value={terms.day}
            onChange={({ target }) => onChange({ day: target.value })}
          />
        </Field>
      )}
    </>
  )
}

import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type UseFormReturn, useWatch } from 'react-hook-form'
import { libraryChoicesQuery } from '@/api/library-choices'
import { userQuery } from '@/api/user'
import { Conflict } from '@/components/Conflict'
import { useEdit } from '@/components/edit'
import { FormProblem } from '@/components/form'
import { LibraryPicker } from '@/components/LibraryPicker'
import { SaveBar } from '@/components/SaveBar'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { Card } from '@/components/ui/Card'
import { DateInput } from '@/components/ui/DateInput'
import { Field, FieldSet } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { Radio } from '@/components/ui/Radio'
import { Switch } from '@/components/ui/Switch'
import { Textarea } from '@/components/ui/Textarea'
import { toast } from '@/components/ui/Toast'
import { addDays, dayOf } from '@/lib/day'
import { m } from '@/paraglide/messages.js'
import { type User, useUpdateUser } from '../queries'
import { AccessPanel } from './AccessPanel'
import { valueWords } from './field-words'
import { fromUser, MAX_NOTES, TOGETHER, toPatch, type UserValues, userSchema } from './user-values'
import { keepsAccess, userField } from './words'

// The first part of the server's pointers, and where the form shows it.
const FIELDS = {
  libraries: 'library_ids',
  allow_downloads: 'allow_downloads',
  access_expires_on: 'ends_day',
  access_expires_at: 'ends_day',
  notes: 'notes',
  tags: 'tags',
  discord_id: 'discord_id',
  allow_4k_transcode: 'allow_4k_transcode',
  purge_whitelisted: 'purge_whitelisted',
  bot_whitelisted: 'bot_whitelisted',
} as const

/** Where the changed field has another name, or another place, in what is shown of a user. */
function shownValue(field: string, user: User): unknown {
  if (field === 'libraries') return user.libraries ?? user.kept?.libraries
  if (field === 'discord_id' || field === 'discord') return user.discord?.id
  return Object.entries(user).find(([name]) => name === field)?.[1]
}

/** Edits a person. What somebody else changes meanwhile shows up, and what was typed stays. */
export function UserForm({ user }: { user: User }) {
  const client = useQueryClient()
  const update = useUpdateUser(user.id)
  const { form, base, theirs, problem, adopt, send } = useEdit<User, UserValues>({
    current: user,
    valuesOf: fromUser,
    together: TOGETHER,
    resolver: zodResolver(userSchema),
    fields: FIELDS,
    read: () => client.fetchQuery({ ...userQuery(user.id), staleTime: 0 }),
  })
  const { register, handleSubmit, formState } = form
  // Read while drawing, or the form would not keep count of them.
  const { errors, dirtyFields, isDirty } = formState
  const mode = useWatch({ control: form.control, name: 'libraries' })
  const libraries = useQuery(libraryChoicesQuery)
  const fixed = keepsAccess(user)

  const save = handleSubmit(async (values) => {
    const body = toPatch(values, dirtyFields)
    const saved = await send((version) => update.mutateAsync({ version, body }))
    if (!saved) return
    adopt(saved)
    toast.ok(m.user_saved())
  })

  return (
    <form noValidate onSubmit={save} className="flex max-w-180 flex-col gap-4">
      {theirs && (
        <Conflict
          fields={theirs.map((field) => ({
            name: userField(field),
            value: valueWords(field, shownValue(field, base), libraries.data?.items),
          }))}
          onTake={() => adopt(base)}
        />
      )}
      <FormProblem error={problem} />
      {(user.pending_change || user.now) && (
        <Card className="p-4 sm:p-5">
          <AccessPanel user={user} />
        </Card>
      )}
      <Card className="flex flex-col gap-5 p-4 sm:p-5">
        {user.kept && <Alert tone="info">{m.user_edit_kept()}</Alert>}
        <LibraryPicker
          mode={mode}
          modeField={register('libraries')}
          idsField={register('library_ids')}
          error={errors.library_ids?.message}
          libraries={libraries}
        />
        <Switch
          label={m.invite_downloads()}
          help={m.user_downloads_help()}
          {...register('allow_downloads')}
        />
      </Card>
      <Card className="p-4 sm:p-5">
        {fixed ? <Alert tone="info">{fixed}</Alert> : <Ends form={form} />}
      </Card>
      <Card className="flex flex-col gap-5 p-4 sm:p-5">
        <Field label={m.user_notes()} help={m.user_notes_help()} error={errors.notes?.message}>
          <Textarea maxLength={MAX_NOTES} {...register('notes')} />
        </Field>
        <Field label={m.user_tags()} help={m.user_tags_help()} error={errors.tags?.message}>
          <Input {...register('tags')} />
        </Field>
        <Field
          label={m.user_discord_id()}
          help={m.user_discord_help()}
          error={errors.discord_id?.message}
        >
          <Input inputMode="numeric" autoComplete="off" {...register('discord_id')} />
        </Field>
      </Card>
      <Card className="px-4 py-2 sm:px-5">
        <Switch label={m.user_field_4k()} {...register('allow_4k_transcode')} />
        <Switch
          label={m.invite_grant_purge()}
          help={m.user_purge_help()}
          {...register('purge_whitelisted')}
        />
        <Switch
          label={m.invite_grant_bot()}
          help={m.user_bot_help()}
          {...register('bot_whitelisted')}
        />
      </Card>
      {isDirty && (
        <SaveBar
          busy={formState.isSubmitting}
          label={theirs ? m.edit_save_anyway() : m.settings_save()}
          onDiscard={() => adopt(user)}
        />
      )}
    </form>
  )
}

const MONTH = 30
const QUARTER = 90
const YEAR = 365

/** Until when: no end, or the last day, with the usual spans at hand. */
function Ends({ form }: { form: UseFormReturn<UserValues> }) {
  const { register, setValue, control, formState } = form
  const [ends, day] = useWatch({ control, name: ['ends', 'ends_day'] })
  const extend = (days: number) => {
    const today = dayOf()
    const from = ends === 'date' && day > today ? day : today
    const options = { shouldDirty: true, shouldTouch: true }
    setValue('ends', 'date', options)
    setValue('ends_day', addDays(from, days), { ...options, shouldValidate: true })
  }
  return (
    <FieldSet legend={m.users_col_expires()}>
      <Radio value="never" label={m.invite_never()} {...register('ends')} />
      <Radio value="date" label={m.user_ends_date()} {...register('ends')} />
      {ends === 'date' && (
        <div className="ps-8 pb-2">
          <Field quiet label={m.user_ends_day()} error={formState.errors.ends_day?.message}>
            <DateInput min={dayOf()} {...register('ends_day')} />
          </Field>
        </div>
      )}
      <div className="flex flex-wrap gap-2 pt-1">
        {[MONTH, QUARTER, YEAR].map((count) => (
          <Button key={count} size="sm" onClick={() => extend(count)}>
            {m.user_extend({ count })}
          </Button>
        ))}
      </div>
    </FieldSet>
  )
}

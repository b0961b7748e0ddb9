import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type Control, type FieldErrors, type UseFormReturn, useWatch } from 'react-hook-form'
import { libraryChoicesQuery } from '@/api/library-choices'
import { LibraryPicker } from '@/components/LibraryPicker'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { Card, CardSection } from '@/components/ui/Card'
import { DateInput } from '@/components/ui/DateInput'
import { Field, FieldSet } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { NumberInput } from '@/components/ui/NumberInput'
import { Radio } from '@/components/ui/Radio'
import { Select } from '@/components/ui/Select'
import { Switch } from '@/components/ui/Switch'
import { dayOf } from '@/lib/day'
import { m } from '@/paraglide/messages.js'
import { type Changed, type InviteValues, MAX_DAYS, MAX_USES } from './invite-values'

// Below this a link of one's own can be found by trying.
const GUESSABLE = 12

const asked = () => [
  { value: 'default', label: m.invite_asked_default() },
  { value: 'yes', label: m.ui_yes() },
  { value: 'no', label: m.ui_no() },
]

interface InviteFormProps {
  form: UseFormReturn<InviteValues>
  /** What is wrong with it as a whole. */
  trouble: ReactNode
  submitLabel: string
  /** Offers an own link; only while the invite is new. */
  withPath?: boolean
  onSubmit: (values: InviteValues, changed: Changed) => Promise<void>
}

/** The terms of an invite. */
export function InviteForm({ form, trouble, submitLabel, withPath, onSubmit }: InviteFormProps) {
  const { register, control, handleSubmit, formState } = form
  // Read while drawing, or the form would not keep count of them.
  const { errors, dirtyFields } = formState
  const values = useWatch({ control }) as InviteValues
  const libraries = useQuery(libraryChoicesQuery)

  return (
    <form
      noValidate
      onSubmit={handleSubmit((checked) => onSubmit(checked, dirtyFields))}
      className="flex flex-col gap-4"
    >
      {trouble}
      <Card className="flex flex-col gap-5 p-4 sm:p-5">
        <Field
          label={m.invite_label()}
          help={m.invite_label_help()}
          optional
          error={errors.label?.message}
        >
          <Input maxLength={100} {...register('label')} />
        </Field>
        {withPath && (
          <>
            <Field
              label={m.invite_path()}
              help={m.invite_path_help()}
              optional
              error={errors.path?.message}
            >
              <Input autoCapitalize="off" spellCheck={false} {...register('path')} />
            </Field>
            {values.path &&
              values.path.length < GUESSABLE &&
              values.limit === 'unlimited' &&
              values.expires === 'never' && <Alert tone="warn">{m.invite_path_guessable()}</Alert>}
          </>
        )}
      </Card>
      <Card className="p-4 sm:p-5">
        <LibraryPicker
          mode={values.libraries}
          modeField={register('libraries')}
          idsField={register('library_ids')}
          error={errors.library_ids?.message}
          libraries={libraries}
        />
      </Card>
      <Card className="flex flex-col gap-5 p-4 sm:p-5">
        <Limits control={control} register={register} errors={errors} />
      </Card>
      <Card className="px-4 py-2 sm:px-5">
        <Switch
          label={m.invite_downloads()}
          help={m.invite_downloads_help()}
          {...register('allow_downloads')}
        />
      </Card>
      <Card className="p-4 sm:p-5">
        <Field
          label={m.invite_bound_email()}
          help={m.invite_bound_email_help()}
          optional
          error={errors.bound_email?.message}
        >
          <Input type="email" autoComplete="off" {...register('bound_email')} />
        </Field>
      </Card>
      <Card className="p-4 sm:p-5">
        <FieldSet legend={m.invite_grants()}>
          <Switch
            label={m.invite_grant_purge()}
            help={m.invite_grant_purge_help()}
            {...register('grant_purge_whitelist')}
          />
          <Switch
            label={m.invite_grant_bot()}
            help={m.invite_grant_bot_help()}
            {...register('grant_bot_whitelist')}
          />
        </FieldSet>
      </Card>
      <CardSection title={m.user_discord()}>
        <div className="flex flex-col gap-5">
          <Field
            label={m.invite_require_discord()}
            help={m.invite_require_discord_help()}
            error={errors.require_discord?.message}
          >
            <Select options={asked()} {...register('require_discord')} />
          </Field>
          <Field
            label={m.invite_require_guild()}
            help={m.invite_require_guild_help()}
            error={errors.require_guild?.message}
          >
            <Select options={asked()} {...register('require_guild')} />
          </Field>
        </div>
      </CardSection>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" size="lg" busy={formState.isSubmitting}>
          {submitLabel}
        </Button>
      </div>
    </form>
  )
}

interface PartProps {
  control: Control<InviteValues>
  register: UseFormReturn<InviteValues>['register']
  errors: FieldErrors<InviteValues>
}

/** Until when, for how many, for how long. */
function Limits({ control, register, errors }: PartProps) {
  const [expires, limit, membership] = useWatch({
    control,
    name: ['expires', 'limit', 'membership'],
  })
  return (
    <>
      <FieldSet legend={m.invite_max_uses()}>
        <Radio value="some" label={m.invite_max_uses_some()} {...register('limit')} />
        {limit === 'some' && (
          <div className="ps-8 pb-2">
            <Field quiet label={m.invite_max_uses_number()} error={errors.max_uses?.message}>
              <NumberInput
                min={1}
                max={MAX_USES}
                unit={m.invite_people()}
                {...register('max_uses')}
              />
            </Field>
          </div>
        )}
        <Radio value="unlimited" label={m.invite_max_uses_unlimited()} {...register('limit')} />
      </FieldSet>
      <FieldSet legend={m.invite_expires()}>
        <Radio value="never" label={m.invite_expires_never()} {...register('expires')} />
        <Radio value="date" label={m.invite_expires_date()} {...register('expires')} />
        {expires === 'date' && (
          <div className="ps-8 pb-2">
            <Field quiet label={m.invite_expires_day()} error={errors.expires_day?.message}>
              <DateInput min={dayOf()} {...register('expires_day')} />
            </Field>
          </div>
        )}
      </FieldSet>
      <FieldSet legend={m.invite_membership()}>
        <Radio
          value="permanent"
          label={m.invite_membership_permanent()}
          {...register('membership')}
        />
        <Radio value="days" label={m.invite_membership_days()} {...register('membership')} />
        {membership === 'days' && (
          <div className="ps-8 pb-2">
            <Field
              quiet
              label={m.invite_membership_number()}
              error={errors.membership_days?.message}
            >
              <NumberInput
                min={1}
                max={MAX_DAYS}
                unit={m.invite_days()}
                {...register('membership_days')}
              />
            </Field>
          </div>
        )}
      </FieldSet>
    </>
  )
}

import { type ReactNode, useState } from 'react'
import { type Path, useForm } from 'react-hook-form'
import { FormProblem, spreadProblem } from '@/components/form'
import { SaveBar } from '@/components/SaveBar'
import { Card, CardSection } from '@/components/ui/Card'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { NumberInput } from '@/components/ui/NumberInput'
import { Select } from '@/components/ui/Select'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { type Setting, type SettingKey, useSaveSettings } from '../queries'
import { SettingSource } from './SettingSource'

/** One setting as it is shown: a line of text unless it is a choice or a number. */
export interface SettingField {
  key: SettingKey
  label: string
  help: string
  options?: { value: string; label: string }[]
  number?: { unit: string; min: number; max: number }
}

export interface SettingGroup {
  /** Groups have a name where there are several. */
  title?: string
  hint?: string
  fields: SettingField[]
}

interface SettingsFormProps {
  groups: SettingGroup[]
  settings: Setting[]
  version: number
}

type Values = Record<string, string>

/** Settings as one form that saves what was changed. What the admin may not change is left out. */
export function SettingsForm({ groups, settings, version }: SettingsFormProps) {
  const [rest, setRest] = useState<unknown>(null)
  const save = useSaveSettings(() => toast.ok(m.settings_saved()))
  const of = (key: SettingKey) => settings.find((setting) => setting.key === key)
  const keys = groups.flatMap(({ fields }) => fields.map(({ key }) => key)).filter(of)
  const { register, handleSubmit, setError, reset, formState } = useForm<Values>({
    mode: 'onTouched',
    defaultValues: Object.fromEntries(keys.map((key) => [key, of(key)?.value ?? ''])),
  })
  const { dirtyFields, errors, isDirty } = formState
  const pointers: Record<string, Path<Values>> = Object.fromEntries(keys.map((key) => [key, key]))

  const send = (body: Values | Record<string, null>) => {
    setRest(null)
    save.mutate(
      { version, body },
      {
        onError: (error) => setRest(spreadProblem<Values>(error, setError, pointers)),
      },
    )
  }

  const control = ({ key, options, number }: SettingField) => {
    if (options) return <Select {...register(key)} options={options} />
    const field = register(key, { required: m.setting_missing() })
    return number ? (
      <NumberInput {...number} {...field} />
    ) : (
      <Input autoCapitalize="off" spellCheck={false} {...field} />
    )
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={handleSubmit((values) =>
        send(
          Object.fromEntries(
            keys.flatMap((key) => {
              const value = values[key]
              return dirtyFields[key] && value !== undefined ? [[key, value.trim()]] : []
            }),
          ),
        ),
      )}
    >
      <FormProblem error={rest} />
      {groups.map((group) => {
        const fields = group.fields.filter(({ key }) => of(key))
        if (fields.length === 0) return null
        return (
          <Group key={group.title ?? ''} group={group}>
            {fields.map((field) => {
              const setting = of(field.key)
              return (
                <div key={field.key} className="flex flex-col gap-2">
                  <Field label={field.label} help={field.help} error={errors[field.key]?.message}>
                    {control(field)}
                  </Field>
                  {setting && (
                    <SettingSource
                      setting={setting}
                      busy={save.isPending}
                      onReset={() => send({ [field.key]: null })}
                    />
                  )}
                </div>
              )
            })}
          </Group>
        )
      })}
      {isDirty && <SaveBar busy={save.isPending} onDiscard={() => reset()} />}
    </form>
  )
}

function Group({ group: { title, hint }, children }: { group: SettingGroup; children: ReactNode }) {
  if (!title) return <Card className="flex flex-col gap-6 p-4 sm:p-5">{children}</Card>
  return (
    <CardSection title={title} hint={hint}>
      <div className="flex flex-col gap-6">{children}</div>
    </CardSection>
  )
}

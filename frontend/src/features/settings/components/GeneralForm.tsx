import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { FormProblem, spreadProblem } from '@/components/form'
import { SaveBar } from '@/components/SaveBar'
import { Card } from '@/components/ui/Card'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { Select } from '@/components/ui/Select'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { type Setting, useSaveSettings } from '../queries'
import { SettingSource } from './SettingSource'

// What this page shows, in its order. Other settings have pages of their own.
const FIELDS = {
  app_name: { label: m.setting_app_name, help: m.setting_app_name_help },
  app_base_url: { label: m.setting_app_base_url, help: m.setting_app_base_url_help },
  time_zone: { label: m.setting_time_zone, help: m.setting_time_zone_help },
  language: { label: m.setting_language, help: m.setting_language_help },
} as const

type Key = keyof typeof FIELDS
type Values = Record<Key, string>

const KEYS = Object.keys(FIELDS) as Key[]
const POINTERS = Object.fromEntries(KEYS.map((key) => [key, key]))

/** The general settings as one form that saves what was changed. */
export function GeneralForm({ settings, version }: { settings: Setting[]; version: number }) {
  const [rest, setRest] = useState<unknown>(null)
  const save = useSaveSettings()
  const of = (key: Key) => settings.find((setting) => setting.key === key)
  const { register, handleSubmit, setError, reset, formState } = useForm<Values>({
    mode: 'onTouched',
    defaultValues: Object.fromEntries(KEYS.map((key) => [key, of(key)?.value ?? ''])),
  })
  const { dirtyFields, errors, isDirty } = formState

  const send = (body: Partial<Record<Key, string | null>>) => {
    setRest(null)
    save.mutate(
      { version, body },
      {
        onSuccess: () => toast.ok(m.settings_saved()),
        onError: (error) => setRest(spreadProblem<Values>(error, setError, POINTERS)),
      },
    )
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={handleSubmit((values) =>
        send(
          Object.fromEntries(
            KEYS.filter((key) => dirtyFields[key]).map((key) => [key, values[key].trim()]),
          ),
        ),
      )}
    >
      <FormProblem error={rest} />
      <Card className="flex flex-col gap-6 p-4 sm:p-5">
        {KEYS.map((key) => {
          const setting = of(key)
          const { label, help } = FIELDS[key]
          if (!setting) return null
          return (
            <div key={key} className="flex flex-col gap-2">
              <Field label={label()} help={help()} error={errors[key]?.message}>
                {key === 'language' ? (
                  <Select
                    {...register(key)}
                    options={[
                      { value: 'en', label: 'English' },
                      { value: 'de', label: 'Deutsch' },
                    ]}
                  />
                ) : (
                  <Input
                    autoCapitalize="off"
                    spellCheck={false}
                    {...register(key, { required: m.setting_missing() })}
                  />
                )}
              </Field>
              <SettingSource
                setting={setting}
                busy={save.isPending}
                onReset={() => send({ [key]: null })}
              />
            </div>
          )
        })}
      </Card>
      {isDirty && <SaveBar busy={save.isPending} onDiscard={() => reset()} />}
    </form>
  )
}

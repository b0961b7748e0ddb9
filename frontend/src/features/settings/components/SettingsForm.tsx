import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Conflict } from '@/components/Conflict'
import { useEdit } from '@/components/edit'
import { FormProblem } from '@/components/form'
import { SaveBar } from '@/components/SaveBar'
import { Card, CardSection } from '@/components/ui/Card'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { NumberInput } from '@/components/ui/NumberInput'
import { Select } from '@/components/ui/Select'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import {
  type Setting,
  type SettingKey,
  type Settings,
  settingsQuery,
  useSaveSettings,
} from '../queries'
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
  settings: Settings
}

type Values = Record<string, string>

const find = (items: Setting[], key: SettingKey) => items.find((setting) => setting.key === key)

/** What a setting says, as its control shows it. */
const valueText = ({ options }: SettingField, value: string | null | undefined): string =>
  options?.find((option) => option.value === value)?.label ?? (value || '–')

/**
 * Settings as one form that saves what was changed; what was typed elsewhere in it stays, also while one goes back
 * to where it came from. What the admin may not change is left out.
 */
export function SettingsForm({ groups, settings }: SettingsFormProps) {
  const client = useQueryClient()
  const save = useSaveSettings()
  const shown = groups.flatMap(({ fields }) => fields)
  const keys = shown
    .map(({ key }) => key)
    .filter((key) => settings.items.some((setting) => setting.key === key))
  const { form, base, theirs, problem, adopt, rebase, send } = useEdit<Settings, Values>({
    current: settings,
    valuesOf: ({ items }) =>
      Object.fromEntries(keys.map((key) => [key, find(items, key)?.value ?? ''])),
    fields: Object.fromEntries(keys.map((key) => [key, key])),
    read: () => client.fetchQuery({ ...settingsQuery, staleTime: 0 }),
    about: (field) => keys.some((key) => key === field),
  })
  const { register, handleSubmit, formState } = form
  const { dirtyFields, errors, isDirty } = formState
  const of = (key: SettingKey) => find(base.items, key)

  const keep = async (body: Values | Record<string, null>) => {
    const saved = await send((version) => save.mutateAsync({ version, body }))
    if (!saved) return
    rebase(saved, Object.keys(body))
    toast.ok(m.settings_saved())
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
        keep(
          Object.fromEntries(
            keys.flatMap((key) => {
              const value = values[key]
              return dirtyFields[key] && value !== undefined ? [[key, value.trim()]] : []
            }),
          ),
        ),
      )}
    >
      {theirs && (
        <Conflict
          fields={shown.flatMap((field) =>
            theirs.includes(field.key)
              ? { name: field.label, value: valueText(field, of(field.key)?.value) }
              : [],
          )}
          onTake={() => adopt(base)}
        />
      )}
      <FormProblem error={problem} />
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
                      onReset={() => void keep({ [field.key]: null })}
                    />
                  )}
                </div>
              )
            })}
          </Group>
        )
      })}
      {isDirty && (
        <SaveBar
          busy={save.isPending}
          label={theirs ? m.edit_save_anyway() : m.settings_save()}
          onDiscard={() => adopt(settings.version > base.version ? settings : base)}
        />
      )}
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

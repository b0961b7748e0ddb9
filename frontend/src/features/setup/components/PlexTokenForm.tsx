import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import type { Schema } from '@/api/client'
import { FormProblem, spreadProblem } from '@/components/form'
import { PlexTestResult } from '@/components/PlexTestResult'
import { httpUrl } from '@/components/schemas'
import { Button } from '@/components/ui/Button'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { PasswordInput } from '@/components/ui/PasswordInput'
import { m } from '@/paraglide/messages.js'
import { useSavePlex, useTestPlex } from '../queries'

const FIELDS = { url: 'url', token: 'token' } as const

interface PlexTokenFormProps {
  presets: Schema<'SetupPresets'> | null | undefined
  onDone: () => void
}

/** Address and token by hand, with a test of everything that PUM will need. */
export function PlexTokenForm({ presets, onDone }: PlexTokenFormProps) {
  // The environment's token belongs to the environment's address.
  const presetUrl = presets?.plex_token ? presets.plex_url : null
  const schema = z
    .object({ url: httpUrl(), token: z.string().check(z.trim()) })
    .check(({ value, issues }) => {
      if (value.token === '' && value.url !== presetUrl)
        issues.push({
          code: 'custom',
          path: ['token'],
          message: m.plex_token_missing(),
          input: value.token,
        })
    })
  const [rest, setRest] = useState<unknown>(null)
  const test = useTestPlex()
  const save = useSavePlex()
  const { register, handleSubmit, setError, formState } = useForm({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { url: presets?.plex_url ?? '', token: '' },
  })
  const { errors } = formState
  const withToken = ({ url, token }: { url: string; token: string }) => ({
    url,
    ...(token && { token }),
  })
  const options = {
    onError: (error: unknown) => setRest(spreadProblem(error, setError, FIELDS)),
  }
  return (
    <form
      noValidate
      onSubmit={handleSubmit((body) => {
        setRest(null)
        save.mutate(withToken(body), { ...options, onSuccess: onDone })
      })}
      className="flex flex-col gap-5"
    >
      <FormProblem error={rest} />
      <Field label={m.plex_url()} help={m.plex_url_help()} error={errors.url?.message}>
        <Input inputMode="url" autoCapitalize="off" spellCheck={false} {...register('url')} />
      </Field>
      <Field
        label={m.plex_token()}
        help={presetUrl ? m.setup_token_preset() : m.plex_token_help()}
        error={errors.token?.message}
      >
        <PasswordInput autoComplete="off" {...register('token')} />
      </Field>
      {test.data && <PlexTestResult {...test.data} server={test.data.server} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          busy={test.isPending}
          onClick={handleSubmit((body) => {
            setRest(null)
            test.mutate(withToken(body), options)
          })}
        >
          {m.plex_test()}
        </Button>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {m.setup_save_continue()}
        </Button>
      </div>
    </form>
  )
}

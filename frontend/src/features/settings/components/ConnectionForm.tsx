import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import type { Schema } from '@/api/client'
import { FormProblem, spreadProblem } from '@/components/form'
import { PlexButton } from '@/components/PlexButton'
import { PlexTestResult } from '@/components/PlexTestResult'
import { httpUrl } from '@/components/schemas'
import { Button } from '@/components/ui/Button'
import { CardSection } from '@/components/ui/Card'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { PasswordInput } from '@/components/ui/PasswordInput'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { useOwnerToken, useReplaceConnection, useTestConnection } from '../queries'
import { ConfirmReplace, toConfirm } from './ConfirmReplace'

const FIELDS = { url: 'url', token: 'token' } as const

/** Replaces the address or the token, after a test if wanted. */
export function ConnectionForm({ connection }: { connection: Schema<'PlexConnection'> }) {
  const [rest, setRest] = useState<unknown>(null)
  const [asking, setAsking] = useState<Schema<'PlexPatch'> | null>(null)
  const test = useTestConnection()
  const replace = useReplaceConnection()
  const signIn = useOwnerToken(() => toast.ok(m.plex_settings_saved()))
  const schema = z
    .object({ url: httpUrl(), token: z.string().check(z.trim()) })
    .check((context) => {
      const { value, issues } = context
      // A saved token is never sent to an address it was not saved with.
      if (value.url !== connection.url && value.token === '')
        issues.push({
          code: 'custom',
          path: ['token'],
          message: m.problem_plex_token_required(),
          input: value.token,
        })
    })
  const { register, handleSubmit, setError, resetField, formState } = useForm({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { url: connection.url, token: '' },
  })
  const { errors } = formState
  const onError = (error: unknown) => setRest(spreadProblem(error, setError, FIELDS))
  const save = (patch: Schema<'PlexPatch'>) => {
    setRest(null)
    setAsking(null)
    replace.mutate(patch, {
      onSuccess: () => {
        resetField('token')
        toast.ok(m.plex_settings_saved())
      },
      onError: (error) => {
        const question = toConfirm(error, patch)
        if (question) setAsking(question)
        else onError(error)
      },
    })
  }
  const body = (values: { url: string; token: string }) => ({
    url: values.url,
    ...(values.token && { token: values.token }),
  })
  return (
    <>
      <CardSection title={m.plex_settings_connection()}>
        <form
          noValidate
          className="flex flex-col gap-5"
          onSubmit={handleSubmit((values) => save(body(values)))}
        >
          <p className="-mt-2 text-sm text-fg-3">{m.plex_settings_connection_hint()}</p>
          <FormProblem error={rest} />
          <Field label={m.plex_url()} help={m.plex_url_help()} error={errors.url?.message}>
            <Input inputMode="url" autoCapitalize="off" spellCheck={false} {...register('url')} />
          </Field>
          <Field
            label={m.plex_settings_token_new()}
            help={m.plex_settings_token_keep()}
            error={errors.token?.message}
          >
            <PasswordInput autoComplete="off" {...register('token')} />
          </Field>
          {test.data && <PlexTestResult {...test.data} server={test.data.server} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button
              busy={test.isPending}
              onClick={handleSubmit((values) => {
                setRest(null)
                test.mutate(body(values), { onError })
              })}
            >
              {m.plex_test()}
            </Button>
            <Button type="submit" variant="primary" busy={replace.isPending}>
              {m.plex_settings_save()}
            </Button>
          </div>
        </form>
      </CardSection>
      <ConfirmReplace
        patch={asking}
        server={connection.server.name}
        onCancel={() => setAsking(null)}
        onConfirm={save}
      />
      <CardSection title={m.plex_settings_owner_sign_in()}>
        <div className="-mt-2 flex flex-col items-start gap-4">
          <p className="text-sm text-fg-3">{m.plex_settings_owner_sign_in_hint()}</p>
          <PlexButton label={m.plex_sign_in()} signIn={signIn} />
        </div>
      </CardSection>
    </>
  )
}

import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { FormProblem, spreadProblem } from '@/components/form'
import { PlexButton } from '@/components/PlexButton'
import { newPassword } from '@/components/schemas'
import { Button } from '@/components/ui/Button'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { PageHead } from '@/components/ui/PageHead'
import { PasswordInput } from '@/components/ui/PasswordInput'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { m } from '@/paraglide/messages.js'
import { useCreateAdmin, useCreateAdminByPlex } from '../queries'

const schema = z.object({
  setup_code: z.string().check(z.trim(), z.minLength(1, m.setup_code_missing())),
  username: z.string().check(z.trim(), z.minLength(1, m.setup_username_missing())),
  password: newPassword(),
})

const FIELDS = { setup_code: 'setup_code', username: 'username', password: 'password' } as const

/** The first admin: proves by the setup code that the install is theirs. */
export function AdminStep() {
  const [chosen, setWay] = useState<'password' | 'plex'>('password')
  const [rest, setRest] = useState<unknown>(null)
  const create = useCreateAdmin()
  const form = useForm({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { setup_code: '', username: '', password: '' },
  })
  const { errors } = form.formState
  const plex = useCreateAdminByPlex(() => form.getValues('setup_code').trim())
  // Back from Plex the page begins anew, and goes on with what was chosen.
  const way = plex.phase === 'waiting' ? 'plex' : chosen

  const submit = form.handleSubmit((body) => {
    setRest(null)
    create.mutate(body, {
      onError: (error) => setRest(spreadProblem(error, form.setError, FIELDS)),
    })
  })
  const begin = async () => {
    if (await form.trigger('setup_code', { shouldFocus: true })) await plex.begin()
  }

  return (
    <>
      <PageHead title={m.setup_admin_title()} status={m.setup_admin_status()} />
      <form noValidate onSubmit={submit} className="flex flex-col gap-5">
        <FormProblem error={rest} />
        <Field label={m.setup_code()} help={m.setup_code_help()} error={errors.setup_code?.message}>
          <Input
            autoComplete="one-time-code"
            autoCapitalize="off"
            spellCheck={false}
            {...form.register('setup_code')}
          />
        </Field>
        <SegmentedControl
          label={m.setup_way()}
          value={way}
          onChange={setWay}
          options={[
            { value: 'password', label: m.setup_way_password() },
            { value: 'plex', label: m.setup_way_plex() },
          ]}
        />
        {way === 'password' ? (
          <>
            <Field label={m.sign_in_username()} error={errors.username?.message}>
              <Input autoComplete="username" autoCapitalize="off" {...form.register('username')} />
            </Field>
            <Field
              label={m.sign_in_password()}
              help={m.new_password_help()}
              error={errors.password?.message}
            >
              <PasswordInput autoComplete="new-password" {...form.register('password')} />
            </Field>
            <Button type="submit" variant="primary" size="lg" busy={create.isPending}>
              {m.setup_create_admin()}
            </Button>
          </>
        ) : (
          <PlexButton
            label={m.plex_sign_in()}
            variant="primary"
            signIn={{ ...plex, begin }}
            className="h-11 w-full"
          />
        )}
      </form>
    </>
  )
}

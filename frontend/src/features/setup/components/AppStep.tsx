import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod/mini'
import { setupQuery } from '@/api/session'
import { FormProblem, spreadProblem } from '@/components/form'
import { httpUrl } from '@/components/schemas'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { ExternalLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { baseUrl } from '@/lib/base'
import { m } from '@/paraglide/messages.js'
import { useSaveApp } from '../queries'
import { useReachable } from './use-reachable'

const schema = z.object({ base_url: httpUrl() })

/** Addresses that only work at home. */
const LOCAL =
  /^https?:\/\/(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?(::1|f[cd]|fe80)|[^./]+(:|\/|$)|[^/:]+\.(local|lan|home|internal)(:|\/|$))/i

/** The address that invite links begin with. */
export function AppStep({ onDone }: { onDone: () => void }) {
  const { data: setup } = useQuery(setupQuery)
  const [rest, setRest] = useState<unknown>(null)
  const save = useSaveApp()
  const { register, handleSubmit, setError, control, formState } = useForm({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { base_url: setup?.presets?.base_url ?? baseUrl() },
  })
  const url = useWatch({ control, name: 'base_url' })
  const reachable = useReachable(url)
  return (
    <>
      <PageHead title={m.setup_app_title()} status={m.setup_app_status()} />
      <form
        noValidate
        onSubmit={handleSubmit((body) => {
          setRest(null)
          save.mutate(body, {
            onSuccess: onDone,
            onError: (error) => setRest(spreadProblem(error, setError, { base_url: 'base_url' })),
          })
        })}
        className="flex flex-col gap-5"
      >
        <FormProblem error={rest} />
        <Field
          label={m.setup_app_url()}
          help={setup?.presets?.base_url ? undefined : m.setup_app_prefilled()}
          error={formState.errors.base_url?.message}
        >
          <Input
            inputMode="url"
            autoCapitalize="off"
            spellCheck={false}
            {...register('base_url')}
          />
        </Field>
        <div role="status" className="flex flex-col gap-3">
          {reachable === 'checking' && (
            <p className="text-sm text-fg-3">{m.setup_app_checking()}</p>
          )}
          {reachable === 'yes' && <Alert tone="ok">{m.setup_app_reachable()}</Alert>}
          {reachable === 'no' && <Alert tone="warn">{m.setup_app_unreachable()}</Alert>}
          {reachable === 'foreign' && (
            <Alert tone="info">
              {m.setup_app_foreign()}{' '}
              <ExternalLink href={url.trim()} className="break-all">
                {url.trim()}
              </ExternalLink>
            </Alert>
          )}
          {LOCAL.test(url.trim()) && <Alert tone="info">{m.setup_app_local()}</Alert>}
        </div>
        <Button type="submit" variant="primary" size="lg" busy={save.isPending}>
          {m.setup_save_continue()}
        </Button>
      </form>
    </>
  )
}

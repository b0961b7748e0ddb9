import { useNavigate, useSearch } from '@tanstack/react-router'
import { Settings } from 'lucide-react'
import { useCan } from '@/api/session'
import { ButtonLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { m } from '@/paraglide/messages.js'
import { Preview } from '../components/Preview'
import { Rehearsal } from '../components/Rehearsal'
import { Schedule } from '../components/Schedule'
import { TermsForm } from '../components/TermsForm'
import { termsOf } from '../queries'
import type { PurgeSearch } from '../routes'

/** Who has gone quiet: today, and as the same terms would have worked in the past. */
export default function PurgePage() {
  const search = useSearch({ from: '/shell/users/purge' })
  const navigate = useNavigate()
  const can = useCan()
  const terms = termsOf(search)
  const change = (next: PurgeSearch) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, ...next }),
      replace: true,
      resetScroll: false,
    })
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.purge_title()}
        status={m.purge_status()}
        actions={
          <>
            <ButtonLink to="/users">{m.nav_users()}</ButtonLink>
            {can('settings.access') && (
              <ButtonLink to="/settings/access" icon={Settings}>
                {m.purge_schedule()}
              </ButtonLink>
            )}
          </>
        }
      />
      <Schedule />
      <TermsForm
        key={JSON.stringify([terms, search.wait])}
        terms={terms}
        wait={search.view === 'rehearsal' ? (search.wait ?? 0) : undefined}
        onApply={change}
      />
      <SegmentedControl
        label={m.purge_view()}
        value={search.view ?? 'preview'}
        onChange={(view) => change({ view: view === 'rehearsal' ? view : undefined })}
        options={[
          { value: 'preview', label: m.purge_preview() },
          { value: 'rehearsal', label: m.rehearsal_title() },
        ]}
      />
      {search.view === 'rehearsal' ? (
        <Rehearsal terms={terms} wait={search.wait ?? 0} />
      ) : (
        <Preview
          terms={terms}
          verdict={search.verdict}
          onVerdict={(verdict) => change({ verdict })}
        />
      )}
    </div>
  )
}

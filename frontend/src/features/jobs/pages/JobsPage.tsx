import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useCan } from '@/api/session'
import { useBeside } from '@/components/beside'
import { ButtonLink, Link } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'
import JobDrawer from '../components/JobDrawer'
import { JobList } from '../components/JobList'
import { Schedules } from '../components/Schedules'
import { deadJobsQuery } from '../queries'

/** What runs by the clock, and what PUM has done, does and could not do in the background. */
export default function JobsPage() {
  const { job, ...filters } = useSearch({ from: '/shell/jobs' })
  const beside = useBeside('job', job)
  return (
    <div className="flex flex-col gap-6">
      <PageHead title={m.nav_jobs()} status={<Status />} actions={<SyncsLink />} />
      <Schedules />
      <JobList filters={filters} />
      {beside.id && <JobDrawer {...beside} id={beside.id} />}
    </div>
  )
}

/** What the syncs among the jobs have found. */
function SyncsLink() {
  const can = useCan()
  return can('users.view') && <ButtonLink to="/users/syncs">{m.syncs_title()}</ButtonLink>
}

function Status() {
  const dead = useQuery(deadJobsQuery).data?.total ?? 0
  if (dead === 0) return m.jobs_status()
  return (
    <>
      {m.jobs_status_dead({ count: dead })}{' '}
      <Link to="/jobs" search={{ state: 'dead' }} resetScroll={false}>
        {m.jobs_show_dead()}
      </Link>
    </>
  )
}

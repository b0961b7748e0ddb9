import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { jobName } from '@/components/job-words'
import { Drawer } from '@/components/ui/Drawer'
import { ErrorState } from '@/components/ui/ErrorState'
import { Link } from '@/components/ui/Link'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { dateTime, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type Job, jobQuery } from '../queries'
import { RetryButton, StateChip, took, whyText } from './JobParts'

interface JobDrawerProps {
  id: string
  open: boolean
  onClose: () => void
}

/** Everything that is known about one job. */
export default function JobDrawer({ id, open, onClose }: JobDrawerProps) {
  const job = useQuery(jobQuery(id))
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={job.data ? jobName(job.data.kind) : m.jobs_col_job()}
      footer={job.data?.retryable && <RetryButton job={job.data} long />}
    >
      {job.isPending ? (
        <BlockSkeleton lines={6} />
      ) : job.isLoadingError ? (
        <ErrorState
          title={m.job_one_failed()}
          error={job.error}
          onRetry={() => void job.refetch()}
        />
      ) : (
        <Details job={job.data} />
      )}
    </Drawer>
  )
}

function Details({ job }: { job: Job }) {
  const why = job.state === 'done' ? null : whyText(job)
  return (
    <dl className="flex flex-col gap-3">
      <Fact name={m.jobs_col_state()}>
        <StateChip state={job.state} />
      </Fact>
      {why && <Fact name={m.jobs_col_error()}>{why}</Fact>}
      {job.user?.username && (
        <Fact name={m.job_person()}>
          <Link to="/users/$userId" params={{ userId: job.user.id }}>
            <bdi>{job.user.username}</bdi>
          </Link>
        </Fact>
      )}
      <Fact name={m.job_tries()}>
        {m.job_tries_of({ tries: number(job.attempts), most: number(job.max_attempts) })}
      </Fact>
      <Fact name={m.job_asked()}>{dateTime(job.created_at)}</Fact>
      {job.state === 'queued' && <Fact name={m.job_not_before()}>{dateTime(job.run_at)}</Fact>}
      {job.started_at && <Fact name={m.job_started()}>{dateTime(job.started_at)}</Fact>}
      {job.finished_at && <Fact name={m.job_finished()}>{dateTime(job.finished_at)}</Fact>}
      {job.duration_seconds != null && (
        <Fact name={m.job_took()}>{took(job.duration_seconds)}</Fact>
      )}
      <Fact name={m.job_id()}>{job.id}</Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-fg-3">{name}</dt>
      <dd className="num text-base break-words">{children}</dd>
    </div>
  )
}

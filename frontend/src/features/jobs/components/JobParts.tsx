// What the schedules, the list and the drawer say in the same way.
import { Play, RotateCw } from 'lucide-react'
import { useCan } from '@/api/session'
import { jobName, jobState } from '@/components/job-words'
import { problemText } from '@/components/problem-text'
import { reasonText } from '@/components/reason-words'
import { Button } from '@/components/ui/Button'
import { Chip } from '@/components/ui/Chip'
import { toast } from '@/components/ui/Toast'
import { duration } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type Job, type Schedule, useRetryJob, useRunSchedule } from '../queries'

export function StateChip({ state }: { state: string }) {
  const { label, tone } = jobState(state)
  return (
    <Chip tone={tone} dot>
      {label}
    </Chip>
  )
}

/** How long something took. */
export const took = (seconds: number | null | undefined) =>
  seconds == null ? '–' : seconds === 0 ? m.duration_under_a_second() : duration(seconds)

/** Why a job failed or waits, as well as it is known. */
export const whyText = ({ error, blocked_on }: Pick<Job, 'error' | 'blocked_on'>) =>
  reasonText(blocked_on) ?? reasonText(error) ?? error ?? blocked_on ?? null

/** For whoever may: a job of an access change needs one more right. */
export function RetryButton({ job, long }: { job: Job; long?: boolean }) {
  const can = useCan()
  const retry = useRetryJob()
  if (!job.retryable || !can('jobs.run') || (job.change_id && !can('changes.retry'))) return null
  const name = jobName(job.kind)
  return (
    <Button
      size={long ? 'md' : 'sm'}
      icon={RotateCw}
      busy={retry.isPending}
      aria-label={m.job_retry_for({
        name: job.user?.username ? `${name}, ${job.user.username}` : name,
      })}
      onClick={() =>
        retry.mutate(job.id, {
          onSuccess: () => toast.ok(m.job_retried({ name })),
          onError: (error) => toast.error(m.job_retry_failed(), problemText(error)),
        })
      }
    >
      {m.job_retry()}
    </Button>
  )
}

export function RunButton({ schedule }: { schedule: Schedule }) {
  const can = useCan()
  const run = useRunSchedule()
  if (!schedule.enabled || !can('jobs.run')) return null
  const name = jobName(schedule.kind)
  return (
    <Button
      size="sm"
      icon={Play}
      busy={run.isPending || schedule.running}
      aria-label={m.jobs_run_now_for({ name })}
      onClick={() =>
        run.mutate(schedule.name, {
          onSuccess: () => toast.ok(m.jobs_run_asked({ name })),
          onError: (error) => toast.error(m.jobs_run_failed(), problemText(error)),
        })
      }
    >
      {m.jobs_run_now()}
    </Button>
  )
}

import type { ReactNode } from 'react'
import { Card } from './Card'

interface StatCardProps {
  label: string
  value: ReactNode
  hint?: ReactNode
}

/** One number that matters, with what it means. */
export function StatCard({ label, value, hint }: StatCardProps) {
  return (
    <Card className="flex flex-col gap-1 p-4 sm:p-5">
      <p className="text-sm text-fg-2">{label}</p>
      <p className="num text-2xl font-semibold tracking-tight">{value}</p>
      {hint && <p className="text-xs text-fg-3">{hint}</p>}
    </Card>
  )
}

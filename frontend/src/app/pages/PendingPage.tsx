import { BlockSkeleton } from '@/components/ui/Skeleton'

/** What stands there while a page's code is on its way. */
export function PendingPage() {
  return (
    <div className="mx-auto w-full max-w-340 p-4 sm:p-8">
      <BlockSkeleton />
    </div>
  )
}

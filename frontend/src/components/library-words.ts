// Which libraries, in words.
import { list } from '@/lib/format'
import { m } from '@/paraglide/messages.js'

type Choice = { mode: 'all' } | { mode: 'some'; ids: string[] }

/** "All libraries" or "3 libraries". */
export function librariesWords(choice: Choice): string {
  return choice.mode === 'all'
    ? m.invite_libraries_all()
    : m.invite_libraries_some({ count: choice.ids.length })
}

/** "Movies and TV"; how many there are, while their titles are not all known. */
export function libraryTitles(choice: Choice, known?: { id: string; title: string }[]): string {
  if (choice.mode === 'all' || !known) return librariesWords(choice)
  const titles = known.filter(({ id }) => choice.ids.includes(id)).map(({ title }) => title)
  return titles.length === choice.ids.length ? list(titles) : librariesWords(choice)
}

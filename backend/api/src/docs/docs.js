// Draws the API's document. Everything is put in as text, never as markup.
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

function el(tag, props = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (name === 'class') node.className = value
    else node.setAttribute(name, value)
  }
  node.append(...children)
  return node
}

const json = (value) => el('pre', { tabindex: '0' }, el('code', {}, JSON.stringify(value, null, 2)))

// The little markup that the document's texts have: `code`, paragraphs and lists.
function words(text) {
  return text.split('`').map((part, index) => (index % 2 ? el('code', {}, part) : part))
}

function prose(text) {
  return (text ?? '').split('\n\n').filter(Boolean).map((block) => {
    if (!block.startsWith('- ')) return el('p', {}, ...words(block))
    const items = `\n${block}`.split('\n- ').slice(1)
    return el('ul', {}, ...items.map((item) => el('li', {}, ...words(item))))
  })
}

function resolve(spec, node) {
  const path = node?.$ref?.split('/').slice(1)
  return path ? path.reduce((at, name) => at?.[name], spec) : node
}

// A schema in one line: enough to know what to send.
function shape(spec, schema, depth = 0) {
  if (!schema) return 'any'
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop()
    return depth > 0 ? name : `${name} ${shape(spec, resolve(spec, schema), depth + 1)}`
  }
  const many = schema.oneOf ?? schema.anyOf ?? schema.allOf
  if (many) return many.map((one) => shape(spec, one, depth + 1)).join(schema.allOf ? ' & ' : ' | ')
  if (schema.enum) return schema.enum.length > 8 ? 'one of a list' : schema.enum.map((name) => `"${name}"`).join(' | ')
  const types = [schema.type].flat().filter(Boolean)
  if (types.includes('array')) return `${shape(spec, schema.items, depth + 1)}[]`
  if (schema.properties) {
    if (depth > 2) return '{…}'
    const required = new Set(schema.required ?? [])
    const fields = Object.entries(schema.properties).map(
      ([name, value]) => `${name}${required.has(name) ? '' : '?'}: ${shape(spec, value, depth + 1)}`,
    )
    return `{ ${fields.join(', ')} }`
  }
  return types.join(' | ') || 'any'
}

function body(spec, content, title) {
  return Object.entries(content ?? {}).flatMap(([media, value]) => {
    const example = value.example ?? resolve(spec, value.schema)?.example
    const parts = [el('h4', {}, `${title} `, el('span', { class: 'dim' }, media))]
    if (value.schema) parts.push(el('p', {}, el('code', {}, shape(spec, value.schema))))
    if (example !== undefined) parts.push(json(example))
    return parts
  })
}

function parameters(spec, operation) {
  const rows = (operation.parameters ?? []).map((given) => {
    const one = resolve(spec, given)
    return el('tr', {},
      el('td', {}, el('code', {}, one.name)),
      el('td', {}, one.in + (one.required ? ', required' : '')),
      el('td', {}, el('code', {}, shape(spec, one.schema, 1))),
      el('td', {}, ...words(one.description ?? '')))
  })
  return rows.length ? [el('h4', {}, 'Parameters'), el('table', {}, el('tbody', {}, ...rows))] : []
}

function draw(spec, path, method, operation) {
  const inside = el('div')
  inside.append(...prose(operation.description))
  inside.append(...parameters(spec, operation))
  inside.append(...body(spec, resolve(spec, operation.requestBody)?.content, 'Body'))
  for (const [status, given] of Object.entries(operation.responses ?? {})) {
    const response = resolve(spec, given)
    inside.append(el('h4', {}, `${status} `, el('span', { class: 'dim' }, ...words(response.description ?? ''))))
    inside.append(...body(spec, response.content, 'Answer'))
  }
  const permission = operation['x-permission']
  const head = el('summary', {},
    el('span', { class: 'method' }, method.toUpperCase()), el('code', {}, path), ' ',
    operation.summary ?? '', ' ', el('span', { class: 'dim' }, permission ?? ''))
  const box = el('details', { id: operation.operationId }, head, inside)
  box.dataset.find = `${method} ${path} ${operation.operationId} ${operation.summary} ${permission}`.toLowerCase()
  return box
}

async function show() {
  const main = document.querySelector('#operations')
  const answer = await fetch(document.body.dataset.spec)
  if (!answer.ok) throw new Error(`the document answered ${answer.status}`)
  const spec = await answer.json()
  document.querySelector('#version').textContent = `Version ${spec.info.version}`
  const groups = new Map((spec.tags ?? []).map((tag) => [tag.name, { about: tag.description ?? '', boxes: [] }]))
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS) {
      if (!item[method]) continue
      const name = item[method].tags?.[0] ?? 'Other'
      if (!groups.has(name)) groups.set(name, { about: '', boxes: [] })
      groups.get(name).boxes.push(draw(spec, path, method, item[method]))
    }
  }
  const nav = document.querySelector('nav')
  main.replaceChildren(...prose(spec.info.description))
  for (const [name, group] of groups) {
    if (group.boxes.length === 0) continue
    const id = `group-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
    nav.append(el('a', { href: `#${id}` }, name))
    main.append(el('section', {}, el('h2', { id }, name), el('p', { class: 'dim' }, group.about), ...group.boxes))
  }
  if (location.hash) document.getElementById(location.hash.slice(1))?.setAttribute('open', '')
  const filter = document.querySelector('#filter')
  filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase().split(/\s+/)
    for (const box of main.querySelectorAll('details')) {
      box.hidden = !words.every((word) => box.dataset.find.includes(word))
    }
    for (const section of main.querySelectorAll('section')) {
      section.hidden = !section.querySelector('details:not([hidden])')
    }
  })
}

show().catch((error) => {
  document.querySelector('#operations').textContent = `The API's document could not be read: ${error.message}`
})

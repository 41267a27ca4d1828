// Each label of the pictures of a page that touches another label or a mark, leaves its picture or is too small, in one line each.
//
// A label is an element `text`; its box is as high as a line of its font. It touches a mark where the mark is what is
// painted last at a point of what the line inks; grid lines, white, and a mark that is painted behind the whole label
// (a cell, a tile) do not count.
() => {
  const GRID = '#e3e3e3', PAPER = '#ffffff', HALO = 0.5, WIDE = 9, SMALL = 7.5  // in pixels: what two boxes may share, how far a stroke goes beyond the box of its path, and the smallest letters
  const said = []

  const shapeOf = element => {
    const shape = element.tagName === 'use' ? document.getElementById(element.href.baseVal.slice(1)) : element
    const told = name => (element.closest(`[${name}]`) || shape.closest(`[${name}]`))?.getAttribute(name)
    const fill = told('fill') || 'black', stroke = told('stroke') || 'none'
    const [x, y] = ['x', 'y'].map(name => element.tagName === 'use' ? +element.getAttribute(name) : 0)
    const matrix = element.getScreenCTM().translate(x, y).inverse(), zone = element.getBoundingClientRect()
    const paints = (px, py) => {
      if (px < zone.left - WIDE || px > zone.right + WIDE || py < zone.top - WIDE || py > zone.bottom + WIDE) return
      const point = new DOMPoint(px, py).matrixTransform(matrix)
      if (stroke !== 'none' && shape.isPointInStroke(point)) return stroke === GRID ? 'grid' : 'mark'
      if (fill !== 'none' && shape.isPointInFill(point)) return fill === PAPER ? 'paper' : 'mark'
    }
    const marks = (fill !== 'none' && fill !== PAPER) || (stroke !== 'none' && stroke !== GRID)
    return {element, paints, marks, zone}
  }

  for (const svg of document.querySelectorAll('svg:not([aria-hidden])')) {
    const frame = svg.getBoundingClientRect()
    if (!frame.width) continue
    const drawn = [...svg.querySelectorAll('path, use, text')].filter(each => !each.closest('defs, clipPath'))
    const shapes = [], labels = []
    drawn.forEach((element, order) => {
      if (element.tagName !== 'text') shapes.push({...shapeOf(element), order})
      else if (element.textContent.trim()) {
        const box = element.getBoundingClientRect(), line = element.getBBox()
        const scale = element.getScreenCTM().d, size = parseFloat(getComputedStyle(element).fontSize)
        const base = box.top + (element.getStartPositionOfChar(0).y - line.y) * scale
        labels.push({text: element.textContent, box, order, size: size * scale, top: base - .73 * size * scale, bottom: base + .22 * size * scale})
      }
    })
    const say = (label, what) => said.push(`${svg.getAttribute('aria-label').slice(0, 40)}… “${label.text}” ${what}`)
    labels.forEach((label, place) => {
      const {left, right, top, bottom} = label.box
      if (left < frame.left - HALO || right > frame.right + HALO || top < frame.top - HALO || bottom > frame.bottom + HALO)
        say(label, 'leaves the picture')
      if (label.size < SMALL) say(label, `is too small: ${label.size.toFixed(1)} pixels`)
      for (const {text, box} of labels.slice(0, place))
        if (left < box.right - HALO && box.left < right - HALO && top < box.bottom - HALO && box.top < bottom - HALO)
          say(label, `touches “${text}”`)
      const near = shapes.filter(({zone}) => zone.left < right + WIDE && zone.right > left - WIDE && zone.top < bottom + WIDE && zone.bottom > top - WIDE)
      if (!near.some(({marks}) => marks)) return
      const seen = new Map()
      const across = Math.max(12, Math.ceil(right - left)), down = 10
      for (let i = 0; i <= across; i++) for (let j = 0; j <= down; j++) {
        const x = left + i * (right - left) / across, y = label.top + j * (label.bottom - label.top) / down
        let kind  // of what is painted last
        const last = near.findLast(shape => (kind = shape.paints(x, y)) && kind !== 'grid')
        const mark = last && kind === 'mark' ? last : undefined
        seen.set(mark, (seen.get(mark) || 0) + 1)
      }
      for (const [shape, points] of seen)
        if (shape && (points < (across + 1) * (down + 1) || shape.order > label.order))
          say(label, `touches the mark ${shape.element.outerHTML.slice(0, 120)}`)
    })
  }
  return said
}

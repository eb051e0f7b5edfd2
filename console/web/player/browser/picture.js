// A picture of what the screen shows: drawn, since a page cannot photograph itself.
export const WIDTH = 960;

export function fit(box, width, height) {
  const scale = Math.min(width / box.width, height / box.height);
  const size = { width: box.width * scale, height: box.height * scale };
  return { ...size, x: (width - size.width) / 2, y: (height - size.height) / 2 };
}

export function stretch(context, source, width, height, rule) {
  const box = {
    width: source.videoWidth || source.naturalWidth || width,
    height: source.videoHeight || source.naturalHeight || height,
  };
  const place = rule(box, width, height);
  context.drawImage(source, place.x, place.y, place.width, place.height);
}

export function writeLines(context, texts, width, height, color) {
  context.fillStyle = color;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const sizes = texts.map((_, index) => (index ? height / 18 : height / 9));
  const blocks = texts.map((text, index) => wrap(context, text, width * 0.9, sizes[index]));
  const heights = blocks.map((lines, index) => lines.length * sizes[index] * 1.25);
  let y = (height - heights.reduce((sum, one) => sum + one, 0)) / 2;
  for (const [index, lines] of blocks.entries()) {
    context.font = fontOf(sizes[index]);
    for (const line of lines) {
      y += sizes[index] * 1.25;
      context.fillText(line, width / 2, y - sizes[index] * 0.6);
    }
  }
}

function fontOf(size) {
  return `600 ${Math.round(size)}px system-ui, sans-serif`;
}

function wrap(context, text, width, size) {
  context.font = fontOf(size);
  const lines = [];
  for (const part of String(text ?? "").split("\n")) {
    let line = "";
    for (const word of part.split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word;
      if (line && context.measureText(longer).width > width) {
        lines.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    lines.push(line);
  }
  return lines.slice(0, 12);
}

// Return a JPEG in base64. A view that draws something of another server cannot be read: it is
// drawn again as a stand-in.
export async function photograph(view, words) {
  const height = Math.max(Math.round((WIDTH * innerHeight) / Math.max(innerWidth, 1)), 90);
  const size = { width: WIDTH, height: Math.min(height, 2000) };
  try {
    return await encoded(size, (context) => view.draw(context, size.width, size.height));
  } catch {
    return encoded(size, (context) => {
      context.fillStyle = "#2b3350";
      context.fillRect(0, 0, size.width, size.height);
      const lines = [view.item?.title ?? "", words.standIn];
      writeLines(context, lines, size.width, size.height, "#eef1fa");
    });
  }
}

async function encoded(size, draw) {
  const canvas = Object.assign(document.createElement("canvas"), size);
  draw(canvas.getContext("2d"));
  const blob = await new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("no picture"))), "image/jpeg", 0.75);
  });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return { data: btoa(text), size: bytes.length };
}

// Runs ONNX files by onnxruntime-web: node onnx_web.mjs FOLDER_WITH_NODE_MODULES RUNS.json
// RUNS.json: [{"model": "a.onnx", "shape": [N, C, H, W], "images": [...]}, ...] -> the logits of each, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, runs] = process.argv.slice(2);
const runtime = createRequire(folder + "/node_modules/")("onnxruntime-web");
runtime.env.wasm.numThreads = 1;
runtime.env.logLevel = "error";
const all = [];
for (const { model, shape, images } of JSON.parse(readFileSync(runs))) {
  const session = await runtime.InferenceSession.create(readFileSync(model), { logSeverityLevel: 3 });
  const { logits } = await session.run({ images: new runtime.Tensor("float32", Float32Array.from(images), shape) });
  all.push(Array.from(logits.data));
}
process.stdout.write(JSON.stringify(all));

// Runs an ONNX file by onnxruntime-web: node onnx_web.mjs FOLDER_OF_NODE_MODULES MODEL.onnx IMAGES.f32 CHANNELS SIDE
// prints the logits of all images as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, model, images, channels, side] = process.argv.slice(2);
const runtime = createRequire(folder + "/node_modules/")("onnxruntime-web");
runtime.env.wasm.numThreads = 1;
runtime.env.logLevel = "error";
const bytes = readFileSync(images);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const size = channels * side * side, count = values.length / size;
const session = await runtime.InferenceSession.create(readFileSync(model));
const input = new runtime.Tensor("float32", values, [count, +channels, +side, +side]);
const { logits } = await session.run({ images: input });
process.stdout.write(JSON.stringify(Array.from(logits.data)));

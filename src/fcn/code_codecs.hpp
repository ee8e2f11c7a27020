// What every tensor of a file is made of: whole numbers of a few bits, masks, steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bytes.hpp"
#include "mask_codecs.hpp"

namespace flash {

// Numbers below 2^bits, plain or range coded, whichever is shorter.
void write_codes(const std::vector<std::uint32_t>& codes, int bits, ByteWriter& out);
std::vector<std::uint32_t> read_codes(ByteReader& in, std::size_t count, int bits);

// By the shortest code.
void write_mask(const Mask& mask, ByteWriter& out);
Mask read_mask(ByteReader& in, std::size_t rows, std::size_t columns);

float read_step(ByteReader& in);

}  // namespace flash

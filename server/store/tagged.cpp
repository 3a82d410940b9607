#include "server/store/tagged.h"

#include <bit>

namespace tsunagi::store {
namespace {

constexpr unsigned wire_bits = 2;
constexpr std::uint64_t wire_mask = (1U << wire_bits) - 1;
constexpr std::uint64_t number_max = 1'000'000;  // no record has that many fields: bytes that say so are damaged
constexpr std::size_t fixed64_bytes = 8;
constexpr unsigned varint_shift_max = 63;        // ten groups of seven bits; the tenth holds one bit

}  // namespace

void FieldWriter::put(unsigned number, const std::string& text)
{
    put_tag(number, Wire::bytes);
    put_varint(text.size());
    out_ += text;
}

void FieldWriter::put(unsigned number, double value)
{
    put_tag(number, Wire::fixed64);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<char>(bits >> shift & 0xFFU));
}

void FieldWriter::put_number(unsigned number, std::uint64_t value)
{
    put_tag(number, Wire::varint);
    put_varint(value);
}

void FieldWriter::put_tag(unsigned number, Wire wire)
{
    put_varint(std::uint64_t{number} << wire_bits | static_cast<std::uint64_t>(wire));
}

void FieldWriter::put_varint(std::uint64_t value)
{
    for (; value >= 0x80U; value >>= 7U) out_.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
    out_.push_back(static_cast<char>(value));
}

/// Leaves one byte for the length of what follows: nearly always enough.
std::size_t FieldWriter::begin_nested(unsigned number)
{
    put_tag(number, Wire::bytes);
    out_.push_back('\0');
    return out_.size() - 1;
}

void FieldWriter::end_nested(std::size_t length_at)
{
    const auto end = out_.size();
    const auto length = end - length_at - 1;
    if (length < 0x80U) {
        out_[length_at] = static_cast<char>(length);
        return;
    }
    put_varint(length);  // behind its content, to be moved before it
    const std::string longer = out_.substr(end);
    out_.resize(end);
    out_.replace(length_at, 1, longer);
}

bool FieldReader::next()
{
    if (error_ || rest_.empty()) return false;
    const auto tag = take_varint();
    if (!tag) return false;
    const auto number = *tag >> wire_bits;
    const auto wire = *tag & wire_mask;
    if (number == 0 || number > number_max || wire > static_cast<std::uint64_t>(Wire::fixed64)) {
        fail(DecodeError::malformed);
        return false;
    }
    number_ = static_cast<unsigned>(number);
    wire_ = static_cast<Wire>(wire);

    if (wire_ == Wire::fixed64) {
        if (rest_.size() < fixed64_bytes) {
            fail(DecodeError::truncated);
            return false;
        }
        scalar_ = 0;
        for (std::size_t i = fixed64_bytes; i-- > 0;) scalar_ = scalar_ << 8U | static_cast<std::uint8_t>(rest_[i]);
        rest_.remove_prefix(fixed64_bytes);
        return true;
    }
    const auto value = take_varint();
    if (!value) return false;
    scalar_ = *value;
    if (wire_ == Wire::varint) return true;

    if (scalar_ > rest_.size()) {
        fail(DecodeError::truncated);
        return false;
    }
    bytes_ = rest_.substr(0, scalar_);
    rest_.remove_prefix(scalar_);
    return true;
}

bool FieldReader::holds(Wire wire)
{
    if (wire_ == wire) return true;
    fail(DecodeError::malformed);
    return false;
}

std::optional<std::uint64_t> FieldReader::take_varint()
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift <= varint_shift_max; shift += 7) {
        if (rest_.empty()) {
            fail(DecodeError::truncated);
            return std::nullopt;
        }
        const auto byte = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        if (shift == varint_shift_max && byte > 1) break;
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80U) return value;
    }
    fail(DecodeError::malformed);
    return std::nullopt;
}

void FieldReader::get(std::string& text)
{
    if (holds(Wire::bytes)) text = bytes_;
}

void FieldReader::get(double& value)
{
    if (holds(Wire::fixed64)) value = std::bit_cast<double>(scalar_);
}

void FieldReader::get(bool& value)
{
    if (!holds(Wire::varint)) return;
    if (scalar_ > 1) return fail(DecodeError::malformed);
    value = scalar_ == 1;
}

void FieldReader::get(TimePoint& at)
{
    std::int64_t ms = 0;
    get(ms);
    if (!error_) at = from_unix_ms(ms);
}

}  // namespace tsunagi::store

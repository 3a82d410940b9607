#include "server/store/seal.h"

namespace tsunagi::store {
namespace {

constexpr std::size_t header_bytes = 3;

}  // namespace

std::string record_header(std::uint8_t kind, std::uint8_t version)
{
    return {static_cast<char>(kind), static_cast<char>(version), static_cast<char>(Sealing::open)};
}

std::string seal(const PersonScope& /*scope*/, std::string record) { return record; }

Result<std::string_view, DecodeError> unseal(std::string_view stored, std::uint8_t kind, std::uint8_t version,
                                             std::string& /*room*/)
{
    if (stored.size() < header_bytes) return DecodeError::truncated;
    const auto stored_version = static_cast<std::uint8_t>(stored[1]);
    if (static_cast<std::uint8_t>(stored[0]) != kind) return DecodeError::wrong_kind;
    if (stored_version == 0) return DecodeError::malformed;
    if (stored_version > version) return DecodeError::newer;
    if (static_cast<std::uint8_t>(stored[2]) != static_cast<std::uint8_t>(Sealing::open)) return DecodeError::newer;
    return stored.substr(header_bytes);
}

}  // namespace tsunagi::store

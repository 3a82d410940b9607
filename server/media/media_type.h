#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tsunagi::media {

/// The largest picture, recording or file that is kept. LINE's own pictures stay under 10 MB (facts.md 86); a longer video
/// is told to the counselor in words instead.
constexpr std::size_t bytes_max = 20 << 20;

/// What the bytes are, found by their content: never by a name or a header that a stranger chose. One of `image/jpeg`,
/// `image/png`, `image/gif`, `image/webp`, `video/mp4`, `audio/mp4`, `audio/aac`, `application/pdf`; empty for everything
/// else, which is not kept. Pure.
std::string_view type_of(std::string_view bytes);

/// Whether `mime` is one that type_of() gives: nothing else is kept or handed out. Pure.
bool may_keep(std::string_view mime);

/// Whether a browser may show it in the page; the rest is only offered for saving.
bool may_show_inline(std::string_view mime);

/// `name` as it may stand in a header and on a disk: no control characters, no path, at most 100 characters; with an
/// ending that fits `mime`. A stranger chose it. Empty names become `media`.
std::string safe_file_name(std::string_view name, std::string_view mime);

}  // namespace tsunagi::media

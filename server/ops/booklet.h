#pragma once
#include "bot/flow/flow.h"

#include <chrono>
#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>

namespace tsunagi::ops {

/// What is printed.
enum class BookletKind : std::uint8_t {
    booklet,  ///< しおり: every programme, by the ten chapters
    windows,  ///< 窓口一覧: telephone lines and the window of each programme
};

/// A print-ready page (A4, no script, nothing fetched from elsewhere) from the playbook's guide and messages, which
/// must be there (`playbook.support`). Every text is escaped; readings in brackets 漢字（かんじ） become <ruby> in
/// `ja-easy`. Lines of grade C and lines that are switched off are not in it; lines nobody has verified are marked, and
/// a warning stands on top. Deterministic: same arguments, same bytes. Pure.
std::string booklet_html(const bot::Playbook& playbook, const bot::Language& language, BookletKind kind,
                         std::chrono::year_month_day today);

/// `text` for HTML: & < > " ' escaped; with `ruby`, 漢字（かんじ） as <ruby>漢字<rt>かんじ</rt></ruby>.
std::string html_text(std::string_view text, bool ruby);

struct BookletOptions {
    std::filesystem::path config_dir;
    std::string desk;
    std::string language = "ja";
    BookletKind kind = BookletKind::booklet;
};

/// `tsunagi booklet`: the page on `out`. Returns 1, with the reason on `err`, when config is broken, or there is no
/// such desk or language. Needs no secrets.
int booklet(const BookletOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tsunagi::ops

#include "server/ops/booklet.h"

#include "bot/base/japan_day.h"
#include "bot/base/text.h"
#include "bot/flow/decide.h"
#include "bot/flow/line_notes.h"
#include "bot/guide/support.h"
#include "server/config/config.h"
#include "server/ops/report.h"

#include <algorithm>
#include <optional>

namespace tsunagi::ops {
namespace {

constexpr int chapters = 10;  // of the しおり (MUS-11)

// For a printer of a town hall: A4, black on white, no entry torn over two pages.
constexpr const char* style = R"(
@page { size: A4; margin: 18mm 16mm; }
* { box-sizing: border-box; }
body { font-family: "BIZ UDPGothic", "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", Meiryo, sans-serif; font-size: 11pt;
       line-height: 1.8; color: #1a1a1c; background: #fff; max-width: 178mm; margin: 0 auto; padding: 8mm 0; }
h1 { font-size: 20pt; line-height: 1.4; margin: 0 0 4mm; }
h2 { font-size: 15pt; border-bottom: 1mm solid #00118f; margin: 10mm 0 4mm; break-after: avoid; }
h3 { font-size: 12.5pt; margin: 0 0 1mm; break-after: avoid; }
article { break-inside: avoid; border: 0.3mm solid #767676; border-radius: 2mm; padding: 4mm; margin: 0 0 5mm; }
article p { margin: 0 0 2mm; }
dl { margin: 0; display: grid; grid-template-columns: 30mm 1fr; gap: 1mm 3mm; }
dt { font-weight: 700; }
dd { margin: 0; white-space: pre-line; }
.before dt, .before dd { font-weight: 700; }
.warning { border: 0.6mm solid #b00020; padding: 3mm; font-weight: 700; }
table { width: 100%; border-collapse: collapse; font-size: 9.5pt; line-height: 1.5; }
th, td { border: 0.3mm solid #767676; padding: 1.5mm 2mm; text-align: left; vertical-align: top; }
th { background: #f2f2f2; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.number { white-space: nowrap; font-weight: 700; }
th[scope=row], td { overflow-wrap: anywhere; }
td.verified { white-space: nowrap; }
rt { font-size: 0.55em; }
nav ol { margin: 0; }
a { color: inherit; }
@media screen and (max-width: 600px) { body { padding: 4mm; } dl { grid-template-columns: 1fr; } }
@media print { body { padding: 0; max-width: none; } nav { break-after: page; } }
)";

bool is_kanji(char32_t letter) { return (letter >= 0x4E00 && letter <= 0x9FFF) || letter == U'々' || letter == U'ヶ'; }
bool is_kana(char32_t letter) { return (letter >= 0x3041 && letter <= 0x30FF); }

void append_escaped(std::string& html, char32_t letter)
{
    switch (letter) {
    case U'&': html += "&amp;"; break;
    case U'<': html += "&lt;"; break;
    case U'>': html += "&gt;"; break;
    case U'"': html += "&quot;"; break;
    case U'\'': html += "&#39;"; break;
    default: append_code_point(html, letter);
    }
}

std::string iso(std::chrono::year_month_day day)
{
    const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return std::to_string(static_cast<int>(day.year())) + "-" + two(static_cast<unsigned>(day.month())) + "-" +
           two(static_cast<unsigned>(day.day()));
}

/// Writes one page.
class Page {
public:
    Page(const bot::Playbook& playbook, const bot::Language& language, std::chrono::year_month_day today)
        : playbook_(playbook), language_(language), today_(today), ruby_(language == "ja-easy")
    {
    }

    std::string booklet()
    {
        begin("booklet.title");
        html_ += "<nav><h2>" + message("booklet.contents") + "</h2><ol>\n";
        for (int chapter = 1; chapter <= chapters; ++chapter)
            html_ +=
                "<li><a href=\"#chapter-" + std::to_string(chapter) + "\">" + chapter_title(chapter) + "</a></li>\n";
        html_ += "</ol></nav>\n";
        for (int chapter = 1; chapter <= chapters; ++chapter) write_chapter(chapter);
        return end();
    }

    std::string windows()
    {
        begin("booklet.windows.title");
        if (const auto unverified = unverified_lines(); unverified > 0)
            html_ += "<p class=\"warning\">" + message("booklet.unverified", {{"count", std::to_string(unverified)}}) +
                     "</p>\n";
        write_lines();
        write_windows();
        return end();
    }

private:
    const bot::Support& support() const { return *playbook_.support; }
    std::string message(const std::string& key, const std::map<std::string, std::string>& values = {}) const
    {
        return html_text(bot::message_text(playbook_, language_, key, values), ruby_);
    }
    std::string in(const bot::GuideText& text) const { return html_text(bot::in_language(text, language_), ruby_); }
    std::string chapter_title(int chapter) const { return message("booklet.chapter." + std::to_string(chapter)); }

    void begin(const std::string& title_key)
    {
        const auto title = bot::message_text(playbook_, language_, title_key, {{"desk", playbook_.desk_name}});
        html_ =
            "<!doctype html>\n<html lang=\"" + html_text(language_ == "ja-easy" ? "ja" : language_, false) +
            "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
            html_text(title, false) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n<h1>" +
            html_text(title, ruby_) + "</h1>\n<p>" + message("booklet.made", {{"date", iso(today_)}}) + "</p>\n";
    }
    std::string end()
    {
        html_ += "</main>\n</body>\n</html>\n";
        return std::move(html_);
    }

    void write_chapter(int chapter)
    {
        html_ += "<section id=\"chapter-" + std::to_string(chapter) + "\">\n<h2>" + std::to_string(chapter) + ". " +
                 chapter_title(chapter) + "</h2>\n";
        for (const auto& programme : support().guide().programmes) {
            if (!programme.national) continue;
            const auto& all = programme.categories;
            if (all.front() == chapter)
                write_programme(programme);
            else if (std::ranges::find(all, chapter) != all.end())
                html_ += "<p><a href=\"#" + html_text(programme.id, false) + "\">" + in(programme.name) +
                         "</a>: " + see(all.front()) + "</p>\n";
        }
        if (chapter == chapters) write_lines();
        html_ += "</section>\n";
    }

    std::string see(int chapter) const
    {
        const auto title = bot::message_text(playbook_, language_, "booklet.chapter." + std::to_string(chapter));
        return message("booklet.see", {{"chapter", title}});
    }

    void write_row(const std::string& label_key, const std::string& text)
    {
        if (!text.empty()) html_ += "<dt>" + message(label_key) + "</dt><dd>" + text + "</dd>\n";
    }

    void write_programme(const bot::Programme& programme)
    {
        html_ += "<article id=\"" + html_text(programme.id, false) + "\">\n<h3>" + in(programme.name) + "</h3>\n<p>" +
                 in(programme.what) + "</p>\n";
        if (programme.apply_before) {
            html_ += "<dl class=\"before\">\n";
            write_row("guide.row.before", message("guide.before"));
            html_ += "</dl>\n";
        }
        html_ += "<dl>\n";
        write_row("guide.row.who", in(programme.who));
        write_row("guide.row.where", in(programme.where));
        write_row("guide.row.bring", in(programme.bring));
        write_row("guide.row.when", in(programme.by_when));
        write_row("guide.row.paid", in(programme.payment_schedule));
        write_row("guide.row.amount", amounts(programme));
        write_row("guide.row.caution", cautions(programme));
        write_row("guide.row.phone", phones(programme));
        write_row("guide.row.page", html_text(programme.url, false));
        html_ += "</dl>\n</article>\n";
    }

    std::string amounts(const bot::Programme& programme) const
    {
        std::string lines;
        for (const auto& amount : programme.amounts)
            lines += (lines.empty() ? "" : "\n") +
                     message("guide.amount", {{"text", std::string(bot::in_language(amount.text, language_))},
                                              {"year", std::string(bot::in_language(amount.year, language_))},
                                              {"date", amount.verified_at}});
        return lines;
    }

    std::string cautions(const bot::Programme& programme) const
    {
        std::string lines;
        for (const auto& caution : programme.cautions) lines += (lines.empty() ? "" : "\n") + in(caution);
        if (programme.confidence == bot::Confidence::c) lines += (lines.empty() ? "" : "\n") + message("guide.unsure");
        return lines;
    }

    /// The programme's own lines: at what hour the page will be read is not known, so whether open or not.
    std::vector<const bot::Hotline*> lines_of(const bot::Programme& programme) const
    {
        std::vector<const bot::Hotline*> lines;
        for (const auto& id : programme.hotlines)
            for (const auto& line : support().hotlines())
                if (line.id == id && !line.tel.empty() && is_printed(line)) lines.push_back(&line);
        return lines;
    }

    /// A line of text each.
    std::string phones(const bot::Programme& programme) const
    {
        std::string text;
        for (const auto* line : lines_of(programme))
            text += (text.empty() ? "" : "\n") + html_text(bot::phone_words(*line, language_, playbook_), ruby_);
        return text;
    }

    bool is_printed(const bot::Hotline& line) const
    {
        return line.enabled && line.confidence != bot::Confidence::c && bot::serves(line, support().regions());
    }

    /// Those for an emergency first, then as the files have them.
    std::vector<const bot::Hotline*> printed_lines() const
    {
        std::vector<const bot::Hotline*> lines;
        for (const auto& line : support().hotlines())
            if (is_printed(line)) lines.push_back(&line);
        std::ranges::stable_partition(
            lines, [](const auto* line) { return std::ranges::find(line->topics, "emergency") != line->topics.end(); });
        return lines;
    }

    std::size_t unverified_lines() const
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            support().hotlines(), [this](const auto& line) { return is_printed(line) && line.verified_at.empty(); }));
    }

    void write_head(std::initializer_list<const char*> columns)
    {
        html_ += "<table>\n<thead><tr>";
        for (const auto* column : columns) html_ += "<th scope=\"col\">" + message(column) + "</th>";
        html_ += "</tr></thead>\n<tbody>\n";
    }

    void write_lines()
    {
        html_ += "<h2>" + message("booklet.lines") + "</h2>\n";
        write_head({"booklet.column.name", "booklet.column.number", "booklet.column.hours", "booklet.column.cost",
                    "booklet.column.notes", "booklet.column.verified"});
        for (const auto* printed : printed_lines()) {
            const auto& line = *printed;
            std::string notes;
            for (const auto& note : bot::line_notes(line, language_, playbook_, bot::NotesFor::reading))
                notes += (notes.empty() ? "" : "<br>") + html_text(note, ruby_);
            const auto verified =
                line.verified_at.empty() ? message("booklet.not_verified") : html_text(line.verified_at, false);
            const auto number = line.tel.empty() ? "<td class=\"page\">" + html_text(line.url, false)
                                                 : "<td class=\"number\">" + html_text(line.tel, false);
            html_ += "<tr><th scope=\"row\">" + in(line.name) + "</th>" + number + "</td><td>" + in(line.hours_text) +
                     "</td><td>" + in(line.cost) + "</td><td>" + notes + "</td><td class=\"verified\">" + verified +
                     "</td></tr>\n";
        }
        html_ += "</tbody></table>\n";
    }

    std::string window(const bot::Programme& programme) const
    {
        auto text = in(programme.where);
        for (const auto* line : lines_of(programme)) text += "<br>" + in(line->name) + "　<b>" + html_text(line->tel, false) + "</b>";
        return text;
    }

    void write_windows()
    {
        html_ += "<h2>" + message("booklet.windows") + "</h2>\n";
        write_head({"booklet.column.name", "booklet.column.window"});
        for (int chapter = 1; chapter <= chapters; ++chapter)
            for (const auto& programme : support().guide().programmes)
                if (programme.national && programme.categories.front() == chapter)
                    html_ += "<tr><th scope=\"row\">" + in(programme.name) + "</th><td>" + window(programme) +
                             "</td></tr>\n";
        html_ += "</tbody></table>\n";
    }

    const bot::Playbook& playbook_;
    const bot::Language& language_;
    std::chrono::year_month_day today_;
    bool ruby_;
    std::string html_;
};

}  // namespace

std::string html_text(std::string_view text, bool ruby)
{
    std::u32string letters;
    for (std::size_t at = 0; at < text.size();) letters += next_code_point(text, at);
    std::string html;
    for (std::size_t at = 0; at < letters.size();) {
        auto word = at;
        while (ruby && word < letters.size() && is_kanji(letters[word])) ++word;
        auto reading = word + 1;
        const bool opens = word > at && word < letters.size() && (letters[word] == U'（' || letters[word] == U'(');
        while (opens && reading < letters.size() && is_kana(letters[reading])) ++reading;
        const bool closes = opens && reading > word + 1 && reading < letters.size() &&
                            (letters[reading] == U'）' || letters[reading] == U')');
        if (closes) {
            html += "<ruby>";
            for (auto i = at; i < word; ++i) append_code_point(html, letters[i]);
            html += "<rt>";
            for (auto i = word + 1; i < reading; ++i) append_code_point(html, letters[i]);
            html += "</rt></ruby>";
            at = reading + 1;
            continue;
        }
        const auto end = std::max(word, at + 1);
        for (; at < end; ++at) append_escaped(html, letters[at]);
    }
    return html;
}

std::string booklet_html(const bot::Playbook& playbook, const bot::Language& language, BookletKind kind,
                         std::chrono::year_month_day today)
{
    Page page(playbook, language, today);
    return kind == BookletKind::booklet ? page.booklet() : page.windows();
}

int booklet(const BookletOptions& options, std::ostream& out, std::ostream& err)
{
    auto loaded = config::load(options.config_dir, config::Purpose::check);
    std::erase_if(loaded.problems, [](const config::Problem& problem) { return problem.warning; });
    if (print_problems(loaded.problems, err) > 0) return 1;
    const auto playbook = loaded.playbooks.find(DeskId{options.desk});
    if (playbook == loaded.playbooks.end() || !playbook->second->support) {
        err << "there is no desk " << config::in_quotes(options.desk) << " with a guide in "
            << options.config_dir.string() << '\n';
        return 1;
    }
    const auto& languages = playbook->second->languages;
    if (std::ranges::find(languages, options.language) == languages.end()) {
        err << "the desk does not speak " << config::in_quotes(options.language) << "; write one of "
            << config::any_of(languages) << '\n';
        return 1;
    }
    const auto today = japan_day(std::chrono::system_clock::now());
    out << booklet_html(*playbook->second, options.language, options.kind, today);
    return 0;
}

}  // namespace tsunagi::ops

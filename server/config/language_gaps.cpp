#include "server/config/language_gaps.h"

#include "server/config/guide_config.h"

#include <algorithm>
#include <array>
#include <functional>

namespace tsunagi::config {
namespace {

namespace fs = std::filesystem;

// Messages that only staff read: the console speaks Japanese and English.
constexpr std::array staff_messages{"api.", "event.", "send.", "answer.", "risk.", "language.", "handoff.", "on_call.", "outcome.", "media.failed.", "line.finding."};

/// Gathers texts of one kind.
class Count {
public:
    using Found = std::map<std::string, std::size_t>;  ///< language -> texts that have it

    void add(const Value& text)
    {
        ++texts_;
        for (const auto& field : text.fields) ++found_[field.key];
    }

    /// Every text at or below `value`, but not in transcripts.
    void add_all(const Value& value)
    {
        if (const auto* japanese = value.find("ja"); japanese && japanese->is_scalar()) return add(value);
        for (const auto& item : value.items) add_all(item);
        for (const auto& field : value.fields)
            if (field.key != "tests") add_all(field.value);
    }

    std::size_t texts() const { return texts_; }
    const Found& found() const { return found_; }

private:
    std::size_t texts_ = 0;
    Found found_;
};

class Counting {
public:
    explicit Counting(const fs::path& dir) : dir_(dir), problems_(told_elsewhere_) {}

    LanguageGaps run()
    {
        count_desks();
        for (const auto& root : read("messages"))
            for (const auto& field : root.fields) add_message(field);
        for (const auto& root : read("guide")) add_programme(root);
        for (const auto& root : read("hotlines")) hotlines_.add_all(root);
        return gaps();
    }

private:
    std::vector<Value> read(const std::string& folder)
    {
        std::error_code failed;
        return fs::is_directory(dir_ / folder, failed) ? read_yaml_folder(dir_ / folder, problems_)
                                                       : std::vector<Value>{};
    }

    void count_desks()
    {
        std::error_code failed;
        for (const auto& desk : fs::directory_iterator(dir_ / "desks", failed)) {
            if (!desk.is_directory(failed)) continue;
            const auto folder = "desks/" + desk.path().filename().string();
            for (const auto& root : read(folder + "/flows")) flows_.add_all(root);
            for (const auto& root : read(folder + "/messages"))
                for (const auto& field : root.fields) add_message(field);
            for (const auto& root : read(folder))
                for (const auto& language : root["languages"].words()) spoken_.push_back(language);
        }
    }

    void add_message(const Field& message)
    {
        const auto is_for_staff = [&](const char* beginning) { return message.key.starts_with(beginning); };
        if (std::ranges::none_of(staff_messages, is_for_staff)) messages_.add_all(message.value);
    }

    void add_programme(const Value& root)
    {
        for (const auto& field : root.fields) (field.key == "name" ? names_ : guide_).add_all(field.value);
    }

    LanguageGaps gaps() const
    {
        LanguageGaps all;
        const std::array<std::pair<const char*, const Count*>, 5> kinds{{{"flows", &flows_},
                                                                         {"messages", &messages_},
                                                                         {"guide names", &names_},
                                                                         {"guide texts", &guide_},
                                                                         {"hotlines", &hotlines_}}};
        auto languages = spoken_;
        for (const auto& [name, count] : kinds)
            for (const auto& [language, texts] : count->found()) languages.push_back(language);
        std::ranges::sort(languages,
                          [](const auto& a, const auto& b) { return (a != "ja") != (b != "ja") ? a == "ja" : a < b; });
        languages.erase(std::unique(languages.begin(), languages.end()), languages.end());
        for (const auto& [name, count] : kinds) {
            LanguageGaps::Kind kind{name, count->texts(), {}};
            for (const auto& language : languages) {
                const auto found = count->found().find(language);
                kind.missing[language] = count->texts() - (found == count->found().end() ? 0 : found->second);
            }
            all.kinds.push_back(std::move(kind));
        }
        all.languages = std::move(languages);
        return all;
    }

    fs::path dir_;
    std::vector<Problem> told_elsewhere_;
    Problems problems_;
    std::vector<std::string> spoken_;
    Count flows_, messages_, names_, guide_, hotlines_;
};

}  // namespace

LanguageGaps language_gaps(const fs::path& config_dir) { return Counting(config_dir).run(); }

}  // namespace tsunagi::config

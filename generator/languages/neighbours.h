// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Frequent words of languages that have no table, but a script in common with those that do. They
// vote when a language is detected, so that Dutch comes out as unknown and not as German. Data
// only; language.cc uses it.
#ifndef QUIPU_GENERATOR_LANGUAGES_NEIGHBOURS_H_
#define QUIPU_GENERATOR_LANGUAGES_NEIGHBOURS_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

struct Neighbour {
  absl::string_view code;   // ISO 639-1.
  absl::string_view words;  // Case-folded, separated by spaces.
};

inline constexpr Neighbour kNeighbours[] = {
    {"af", "die van en 'n is het nie wat vir op met dat sy hy was deur om te aan ook as hulle"},
    {"be", "і ў у на што не з да як гэта для ад па але яго быў быць аб пры так або"},
    {"bg",
     "и на да се от за в с е са не по като че към до която който които това при или през след "
     "са бъде беше този тази"},
    {"ca",
     "de la i el a les que en del per amb els és un una al dels no va es com més d'una són "
     "aquest aquesta han seu pel"},
    {"cs",
     "a v se na je že s z do o k i to jako za ve by od po které pro jsou není byl byla nebo "
     "který která také když"},
    {"da",
     "og i at er det en til af på som for de med den der et ikke har om fra var eller kan hvis "
     "blev bliver også"},
    {"eo", "la de kaj en al estas ne por kun el tio ĝi li estis pri sed oni aŭ kiu kiuj per"},
    {"et", "ja on ei et ka oli see või mis kui ta kes aga oma ning mida selle siis"},
    {"fa", "و در به از که این را با است برای آن یک تا بر خود بود شد هم می ها های شده کرد یا اما"},
    {"fi",
     "ja on ei että se oli joka mutta myös kun hän tai sen ovat mukaan kuin jos niin ole voi"},
    {"gl",
     "de a o e que do da en un unha os no para na por con dos se as como ao é máis foi non "
     "das pola polo"},
    {"hr", "i u je na se da su za od s a o kao koji koja koje te ili iz bio bila nije biti po"},
    {"hu", "a az és hogy nem is egy volt meg ez de azt csak mint ki van ezt már még el vagy"},
    {"id",
     "yang dan di dari untuk dengan pada ini dalam adalah tidak oleh itu sebagai akan ke atau "
     "dapat juga telah jika"},
    {"la", "et in est ad non ut cum quod qui sed de ex per esse atque aut ab etiam sunt"},
    {"lt", "ir yra kad į iš su tai buvo kaip o bet ne jo už apie po nuo ar jei"},
    {"lv", "un ir ar no uz kas par ka tas bija kā vai pie arī bet to viņa"},
    {"mk", "и на во да се од за со е не по како што ќе кој која кои или при тоа беше"},
    {"mr", "आहे आणि व या च होते आहेत होता होती त्या तो ते की हे ही ला मध्ये असे केले करून"},
    {"nb",
     "og i å er det en til av på som for de med den at et ikke har om fra var eller kan hvis "
     "ble blir også"},
    {"ne", "छ र को मा ले हो यो गर्न पनि भने लागि छन् थियो गरेको तर भएको एक"},
    {"nl",
     "de van het een en in is dat op te zijn met voor niet die aan er om als door ook bij naar "
     "maar wordt worden of uit kan tot deze dit over hij ze"},
    {"pl",
     "w i na z się do nie to jest że o od przez jak dla po oraz za a są jako lub które który "
     "która był została tego jego tym"},
    {"ps", "د په او چې کې له دی ته سره هم يې شوی پر دا ده"},
    {"ro",
     "de și în a la cu că pe din o un nu este care pentru au ce mai sau prin fi sunt după fost "
     "ca lui s-a cele acest al ale unei"},
    {"sk",
     "a v sa na je že s z do o aj to ako za vo by od po ktoré pre sú nie bol bola alebo ktorý"},
    {"sl", "in je v na se da so za z od ki kot pa ali ni po bil bila tudi iz"},
    {"sr", "и у је на се да су за од са не као који која које или из био била није бити по"},
    {"sv",
     "och i att är det en som på av för med till den de ett inte har om från var eller kan så "
     "men blev också"},
    {"sw", "ya na wa kwa katika ni za la cha kuwa hii huo yake kama hiyo"},
    {"tr",
     "ve bir bu için ile de da olarak olan daha çok en gibi sonra kadar ne ancak veya değil var "
     "tarafından olduğu"},
    {"uk", "і в у на що не з до та як є це для від за його але який яка які було або при бути"},
    {"ur", "کے میں کی ہے اور سے کا کو اس نے پر کہ یہ ہیں تھا ایک بھی کر گیا وہ"},
    {"vi",
     "và của là các có được trong cho một không những với để người này từ đã khi đến về ra "
     "như bị tại cũng"},
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_NEIGHBOURS_H_
